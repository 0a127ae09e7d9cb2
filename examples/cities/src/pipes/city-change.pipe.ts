import { BadRequestException, type PipeTransform } from '@nestjs/common';
import type { CityChange } from '../city';
import { largestInteger } from './range.pipe';
import { isText } from './text.pipe';

/** `{ name?, population? }`, at least one of them, and nothing else. */
export class CityChangePipe implements PipeTransform<unknown, CityChange> {
  transform(given: unknown): CityChange {
    if (isCityChange(given)) return given;
    throw new BadRequestException('expected { "name"?: string, "population"?: whole number }');
  }
}

const isValid: Readonly<Record<keyof CityChange, (value: unknown) => boolean>> = {
  name: (value) => isText(value) && value !== '',
  population: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= largestInteger,
};

function isCityChange(given: unknown): given is CityChange {
  if (typeof given !== 'object' || given === null) return false;
  const entries = Object.entries(given);
  return entries.length > 0 && entries.every(([name, value]) => Object.hasOwn(isValid, name) && isValid[name as keyof CityChange](value));
}

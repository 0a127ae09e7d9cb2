import { BadRequestException, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';

/** PostgreSQL's `integer` ends there. */
export const largestInteger = 2_147_483_647;

/** A number from `least` up to and including `most`. */
export class RangePipe implements PipeTransform<unknown, number> {
  constructor(
    private readonly least: number,
    private readonly most: number,
  ) {}

  transform(given: unknown, { data }: ArgumentMetadata): number {
    const number = String(given).trim() === '' ? NaN : Number(given);
    if (number >= this.least && number <= this.most) return number;
    throw new BadRequestException(`${data}: expected a number from ${this.least} to ${this.most}`);
  }
}

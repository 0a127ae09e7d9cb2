import { BadRequestException, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';

const longest = 100;

/** One text: not a list, not endless, and without the one character that PostgreSQL refuses. */
export class TextPipe implements PipeTransform<unknown, string> {
  transform(given: unknown, { data }: ArgumentMetadata): string {
    if (isText(given)) return given;
    throw new BadRequestException(`${data}: expected a text of up to ${longest} characters`);
  }
}

export function isText(given: unknown): given is string {
  return typeof given === 'string' && given.length <= longest && !given.includes('\0');
}

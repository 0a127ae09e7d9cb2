import type { HttpException } from '@nestjs/common';
import type { Observable } from 'rxjs';

/** A result that belongs to one call alone: nobody else on the flight may have it. */
export class Unshared {
  constructor(
    readonly result: Observable<unknown>,
    /** For `Cache-Status`. */
    readonly reason: string,
  ) {}
}

/** The handler's word that there is nothing here for this caller: an answer, and no failure that an old value should hide (RFC 5861). */
export class Refused {
  constructor(readonly error: HttpException) {}
}

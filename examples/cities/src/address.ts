import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AddressInfo, Server } from 'node:net';

/** Where this instance listens: known once it does, and not before when the port was given as 0. */
@Injectable()
export class Address {
  #port: number | undefined;

  constructor(private readonly host: HttpAdapterHost) {}

  /** Remembered, because a server that is closing has none any more. */
  get port(): number {
    this.#port ??= ((this.host.httpAdapter.getHttpServer() as Server).address() as AddressInfo).port;
    return this.#port;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }
}

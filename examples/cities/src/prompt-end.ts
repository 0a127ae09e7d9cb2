import { Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';

const everyMs = 50;

/**
 * Closes connections as soon as they have had their last answer. The HTTP server itself closes only those that are idle when the end begins,
 * and waits seconds for the others to be given up by the client.
 */
@Injectable()
export class PromptEnd implements BeforeApplicationShutdown, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly host: HttpAdapterHost) {}

  beforeApplicationShutdown(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    this.#timer = setInterval(() => {
      server.closeIdleConnections();
    }, everyMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }
}

import { Controller, Get } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:net';
import { getActiveResourcesInfo } from 'node:process';
import { promisify } from 'node:util';
import type { Vitals } from '../vitals';

/** Numbers that grow with a leak. */
@Controller('vitals')
export class VitalsController {
  constructor(private readonly host: HttpAdapterHost) {}

  @Get()
  async measure(): Promise<Vitals> {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const asking = await promisify(server.getConnections.bind(server))();
    globalThis.gc?.();
    return { heapBytes: process.memoryUsage().heapUsed, handles: getActiveResourcesInfo().length - asking };
  }
}

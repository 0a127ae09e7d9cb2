import { PGlite } from '@electric-sql/pglite';
import { parentPort } from 'node:worker_threads';
import type { Query, Reply } from './database';
import { loadCities } from './load-cities';

async function answer(postgres: PGlite, { sql, parameters }: Query): Promise<Reply> {
  try {
    return { rows: (await postgres.query(sql, [...parameters])).rows };
  } catch (error) {
    return { error };
  }
}

async function serve(): Promise<void> {
  const postgres = await PGlite.create();
  const cities = await loadCities(postgres);
  parentPort?.on('message', (query: Query) => {
    void answer(postgres, query).then((reply) => {
      query.replyTo.postMessage(reply);
    });
  });
  parentPort?.postMessage(cities);
}

void serve();

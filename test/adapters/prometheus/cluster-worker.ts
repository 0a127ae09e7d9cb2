import { prometheus } from '../../../src/adapters/prometheus';
import { createCache } from '../../../src/create-cache';
import { listening } from './listening';

const metrics = prometheus({ port: 0, host: '127.0.0.1' });
createCache({ metrics });
// Alive until it is killed: a port that is given back could be handed out again.
process.on('message', () => undefined);
void listening(metrics).then((port) => process.send?.(port));

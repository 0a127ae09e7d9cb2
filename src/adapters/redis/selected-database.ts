import { UserCount } from '../../domain/shared/user-count';
import { replyCode, refusedSelect } from '../resp/failure';

type Listener = (...args: unknown[]) => void;

/** The part of a client that is used here. */
interface SelectingClient {
  readonly status: string;
  readonly options: { readonly db?: number | undefined };
  /** The state that the present connection is to have. A cluster has none. */
  readonly condition?: { readonly select?: number | undefined } | null | undefined;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  select(database: number): Promise<unknown>;
}

/**
 * Clients that are ready, but whose commands may go to database 0. `refused`: the server refused `SELECT`. `unseen`: the client was connected before, and
 * the reply to its `SELECT` is not known.
 */
const doubts = new WeakMap<SelectingClient, 'refused' | 'unseen'>();
const watched = new UserCount<SelectingClient>();

/** Notes a refused `SELECT`, which ioredis reports as an error before it becomes ready. Returns the function that removes the listeners. */
export function watchSelect(client: SelectingClient): () => void {
  if (!watched.has(client) && client.status === 'ready' && databaseOf(client) !== 0) doubts.set(client, 'unseen');
  watched.add(client);
  const forget = (): void => void doubts.delete(client);
  const note = (error: unknown): void => {
    if (isRefusedSelect(error)) doubts.set(client, 'refused');
  };
  client.on('connect', forget);
  client.on('error', note);
  return () => {
    client.off('connect', forget);
    client.off('error', note);
    if (watched.remove(client)) doubts.delete(client);
  };
}

/** Throws where commands would go, or may go, to another database than that of the client. */
export function checkDatabase(client: SelectingClient): void {
  const doubt = doubts.get(client);
  if (doubt !== undefined) throw doubt === 'refused' ? refusal() : new Error('the database is not selected yet');
}

/** Selects the database again where it is in doubt: after a refusal an operator may have permitted it. */
export async function selectAgain(client: SelectingClient): Promise<void> {
  if (!doubts.has(client)) return;
  try {
    await client.select(databaseOf(client));
  } catch (error) {
    if (replyCode(error) === undefined) throw error;
    doubts.set(client, 'refused');
    throw refusal();
  }
  doubts.delete(client);
}

/** The database of the options, or the one that the application has selected since. */
function databaseOf({ condition, options }: SelectingClient): number {
  return condition?.select ?? options.db ?? 0;
}

function refusal(): Error {
  return new Error(refusedSelect);
}

function isRefusedSelect(error: unknown): boolean {
  const { command } = Object(error) as { readonly command?: { readonly name?: unknown } };
  return String(command?.name).toLowerCase() === 'select';
}

import { refusedSelect } from '../resp/failure';

type Listener = (...args: unknown[]) => void;

/** The part of a client that is used here. */
interface SelectingClient {
  readonly options: { readonly db?: number | undefined };
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  select(database: number): Promise<unknown>;
}

/** Clients on a connection on which the server refused `SELECT`. They are ready, but their commands would go to database 0. */
const refused = new WeakSet<object>();

/** Notes a refused `SELECT`, which ioredis reports as an error before it becomes ready. Returns the function that removes the listeners. */
export function watchSelect(client: SelectingClient): () => void {
  const forget = (): void => void refused.delete(client);
  const note = (error: unknown): void => {
    if (isRefusedSelect(error)) refused.add(client);
  };
  client.on('connect', forget);
  client.on('error', note);
  return () => {
    client.off('connect', forget);
    client.off('error', note);
  };
}

/** Throws where commands would go to another database than the one in the options. */
export function checkDatabase(client: SelectingClient): void {
  if (refused.has(client)) throw refusal();
}

/** Selects the database again after a refusal: an operator may have permitted it. */
export async function selectAgain(client: SelectingClient): Promise<void> {
  if (!refused.has(client)) return;
  try {
    await client.select(client.options.db ?? 0);
  } catch {
    throw refusal();
  }
  refused.delete(client);
}

function refusal(): Error {
  return new Error(refusedSelect);
}

function isRefusedSelect(error: unknown): boolean {
  const { command } = Object(error) as { readonly command?: { readonly name?: unknown } };
  return String(command?.name).toLowerCase() === 'select';
}

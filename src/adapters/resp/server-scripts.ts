import type { RowReply, RowUpdate, TagTexts, TagUpdate } from '../../ports/store';
import { replyCode, replyMeaning } from './failure';
import { rowArguments, rowScript, type Script, tagArguments, tagScript, tagScriptForFullServer } from './lua-scripts';

/** Sends the text of a script, or its sha1 where the server may have it, with the keys as the client writes them. */
export type RunScript = (command: 'EVAL' | 'EVALSHA', script: string, keys: readonly string[], args: readonly string[]) => Promise<unknown>;

/** The scripts of a store on one server. A refusal is remembered: the server is not asked again. */
export class ServerScripts {
  readonly #run: RunScript;
  #isRefused = false;
  /** Whether the server has refused `EVALSHA`, which a user may be forbidden although `EVAL` is allowed. */
  #needsText = false;

  constructor(run: RunScript) {
    this.#run = run;
  }

  /**
   * @returns `undefined` where the server has no scripts, or the user no permission for them
   * @throws the error of the client
   */
  updateTags(update: TagUpdate): Promise<TagTexts | undefined> {
    const keys = [update.state, ...update.tags];
    const run = async (script: Script): Promise<TagTexts> => tagTextsIn(await this.#send(script, keys, tagArguments(update)));
    return this.#unlessRefused(async () => {
      try {
        return await run(tagScript);
      } catch (error) {
        if (writeRefusal(error) === 'OOM' && update.change !== 'none') return run(tagScriptForFullServer);
        throw error;
      }
    });
  }

  /** As {@link updateTags}, for one key. */
  updateRow(key: string, update: RowUpdate): Promise<RowReply | undefined> {
    return this.#unlessRefused(async () => rowReplyIn(await this.#send(rowScript, [key], rowArguments(update))));
  }

  async #unlessRefused<T>(run: () => Promise<T>): Promise<T | undefined> {
    if (this.#isRefused) return undefined;
    try {
      return await run();
    } catch (error) {
      if (!refusesScripts(error)) throw error;
      this.#isRefused = true;
      return undefined;
    }
  }

  async #send({ sha1, text }: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    if (this.#needsText) return this.#run('EVAL', text, keys, args);
    try {
      return await this.#run('EVALSHA', sha1, keys, args);
    } catch (error) {
      const isUnknown = replyCode(error) === 'NOSCRIPT';
      if (!isUnknown && !refusesScripts(error)) throw error;
      const reply = await this.#run('EVAL', text, keys, args);
      this.#needsText = !isUnknown;
      return reply;
    }
  }
}

/** Why the server refuses writes. Redis before 7 wraps the reply to a command of a script. */
function writeRefusal(error: unknown): string | undefined {
  return error instanceof Error ? /(?:^|-)(OOM|READONLY|MISCONF|NOREPLICAS)\b/.exec(error.message)?.[1] : undefined;
}

/** A server without scripts, or a user without the permission for them. */
function refusesScripts(error: unknown): boolean {
  const isRefusal = replyCode(error) === 'NOPERM' || replyMeaning(error) === 'refuses the command';
  return isRefusal && writeRefusal(error) === undefined;
}

function tagTextsIn(reply: unknown): TagTexts {
  if (!Array.isArray(reply)) throw new Error('the server did not answer with a list');
  return reply.map((given) => (typeof given === 'string' ? given : undefined));
}

function rowReplyIn(reply: unknown): RowReply {
  const [outcome, lease, leftMs] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (outcome === 'done' || outcome === 'changed') return { outcome };
  if (outcome === 'held' && typeof lease === 'string') return { outcome, lease, leftMs: Number(leftMs) };
  throw new Error('the server did not answer as the script does');
}

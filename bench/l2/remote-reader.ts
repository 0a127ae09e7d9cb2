import type { Document } from '../harness/documents';

/** One way to a document in L2. */
export interface RemoteReader {
  readonly name: string;
  readonly write: (key: string, document: Document) => Promise<unknown>;
  readonly read: (key: string) => Promise<Document | undefined>;
}

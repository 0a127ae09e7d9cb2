import { keys } from './users';

/** The value that is read from L2: 204 bytes as JSON. */
export interface Document {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly address: { readonly street: string; readonly city: string; readonly zip: string };
  readonly active: boolean;
  readonly note: string;
}

const bytes = 204;

export const documents: readonly Document[] = keys.map((_, id) => padded(id));

function padded(id: number): Document {
  const document: Document = {
    id,
    name: `User ${id}`,
    email: `user.${id}@example.org`,
    roles: ['reader', 'writer'],
    address: { street: `${id} Long Lane`, city: 'Cambridge', zip: 'CB2 1TN' },
    active: id % 2 === 0,
    note: '',
  };
  return { ...document, note: '-'.repeat(bytes - JSON.stringify(document).length) };
}

import { setTimeout as pause } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { SignetError } from '../base/index.ts';

/** What an attribute can hold. `undefined` members are left out. */
export type ItemValue =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly ItemValue[]
  | { readonly [name: string]: ItemValue | undefined };

/** An item's attributes, its keys among them where it was read. */
export interface Item {
  readonly [name: string]: ItemValue | undefined;
}

/** The primary key of an item. */
export interface ItemKey {
  readonly PK: string;
  readonly SK: string;
}

/** An item and its key, to be written. */
export type KeyedItem = ItemKey & Item;

/** A condition in DynamoDB's expression language; names and values are its `#` and `:` words. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Item;
}

/** Which items of one partition. */
export interface Range {
  readonly PK: string;
  /** Sort keys that begin with this. */
  readonly prefix?: string;
  /** Attributes to bring; all where absent. */
  readonly attributes?: readonly string[];
  /** Eventually consistent reads cost half; ours are consistent unless this is set. */
  readonly eventually?: boolean;
  /** Highest sort key first. */
  readonly descending?: boolean;
}

const BATCH = 25;
const PAGE = 1000;
const TRIES = 12;

function toAttribute(value: ItemValue): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value instanceof Uint8Array) return { B: value };
  if (Array.isArray(value)) return { L: value.map((member: ItemValue) => toAttribute(member)) };
  return { M: toAttributes(value as Item) };
}

function toAttributes(item: Item): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = Object.create(null);
  for (const [name, value] of Object.entries(item)) if (value !== undefined) attributes[name] = toAttribute(value);
  return attributes;
}

function fromAttribute(attribute: AttributeValue): ItemValue {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.B !== undefined) return attribute.B;
  if (attribute.L !== undefined) return attribute.L.map(fromAttribute);
  if (attribute.M !== undefined) return fromAttributes(attribute.M);
  return null;
}

function fromAttributes(attributes: Record<string, AttributeValue>): Item {
  const item: Record<string, ItemValue> = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) item[name] = fromAttribute(attribute);
  return item;
}

function conditionInput(condition: Condition | undefined): {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
} {
  if (!condition) return {};
  return {
    ConditionExpression: condition.expression,
    ...(condition.names && { ExpressionAttributeNames: { ...condition.names } }),
    ...(condition.values && { ExpressionAttributeValues: toAttributes(condition.values) }),
  };
}

/** Runs a conditional write: false where the condition fails, which is an outcome and no error. */
async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/**
 * One table through the credentials of one site: the four storage verbs that the protocol needs.
 * Knows no item; {@link ./keys.ts} makes their keys.
 */
export class Table {
  readonly #client: Pick<DynamoDBClient, 'send'>;
  readonly #name: string;

  constructor(client: Pick<DynamoDBClient, 'send'>, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** Consistent unless told otherwise. */
  async get({ PK, SK }: ItemKey, { eventually = false } = {}): Promise<Item | undefined> {
    const { Item: found } = await this.#client.send(
      new GetItemCommand({ TableName: this.#name, Key: toAttributes({ PK, SK }), ConsistentRead: !eventually }),
    );
    return found && fromAttributes(found);
  }

  /** Writes the whole item; false where the condition fails. */
  async put(item: KeyedItem, condition?: Condition): Promise<boolean> {
    return holds(
      this.#client.send(
        new PutItemCommand({ TableName: this.#name, Item: toAttributes(item), ...conditionInput(condition) }),
      ),
    );
  }

  /** Changes attributes: `set` is an update expression whose `#` and `:` words stand in the condition's names and values too. */
  async update(
    { PK, SK }: ItemKey,
    set: string,
    words: Omit<Condition, 'expression'>,
    expression?: string,
  ): Promise<boolean> {
    const { ConditionExpression, ...names } = conditionInput({ ...words, expression: expression ?? '' });
    return holds(
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#name,
          Key: toAttributes({ PK, SK }),
          UpdateExpression: set,
          ...(ConditionExpression && { ConditionExpression }),
          ...names,
        }),
      ),
    );
  }

  /** As {@link update}, and gives back the item as it then is. */
  async updated({ PK, SK }: ItemKey, set: string, words: Omit<Condition, 'expression'>): Promise<Item> {
    const { ConditionExpression: _, ...names } = conditionInput({ ...words, expression: '' });
    const { Attributes } = await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#name,
        Key: toAttributes({ PK, SK }),
        UpdateExpression: set,
        ReturnValues: 'ALL_NEW',
        ...names,
      }),
    );
    return fromAttributes(Attributes ?? {});
  }

  /** False where the condition fails; an item that isn't there is no error. */
  async delete({ PK, SK }: ItemKey, condition?: Condition): Promise<boolean> {
    return holds(
      this.#client.send(
        new DeleteItemCommand({ TableName: this.#name, Key: toAttributes({ PK, SK }), ...conditionInput(condition) }),
      ),
    );
  }

  /** Items of a partition in order of sort key, a page (at most 1 MB) at a time, to the last. */
  async *pages({
    PK,
    prefix,
    attributes,
    eventually = false,
    descending = false,
  }: Range): AsyncGenerator<readonly Item[]> {
    const names = Object.fromEntries((attributes ?? []).map((name, i) => [`#a${i}`, name]));
    let from: Record<string, AttributeValue> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new QueryCommand({
          TableName: this.#name,
          KeyConditionExpression: prefix === undefined ? 'PK = :pk' : 'PK = :pk AND begins_with(SK, :sk)',
          ExpressionAttributeValues: toAttributes({ ':pk': PK, ':sk': prefix }),
          ConsistentRead: !eventually,
          ScanIndexForward: !descending,
          // One of the local engines gives no page end without it.
          Limit: PAGE,
          ...(attributes && { ProjectionExpression: Object.keys(names).join(', '), ExpressionAttributeNames: names }),
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      if (Items.length > 0) yield Items.map(fromAttributes);
      from = LastEvaluatedKey;
    } while (from);
  }

  /** All items of {@link pages}. */
  async all(range: Range): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of this.pages(range)) items.push(...page);
    return items;
  }

  /** Writes items in batches, without a condition; what comes back unprocessed is tried again after a growing, jittered pause. */
  async writeAll(items: readonly KeyedItem[]): Promise<void> {
    await this.#batches(items.map((item) => ({ PutRequest: { Item: toAttributes(item) } })));
  }

  /** Deletes items in batches, like {@link writeAll}. */
  async deleteAll(keys: readonly ItemKey[]): Promise<void> {
    await this.#batches(keys.map(({ PK, SK }) => ({ DeleteRequest: { Key: toAttributes({ PK, SK }) } })));
  }

  async #batches(requests: readonly WriteRequest[]): Promise<void> {
    for (let i = 0; i < requests.length; i += BATCH) await this.#batch(requests.slice(i, i + BATCH));
  }

  async #batch(requests: readonly WriteRequest[]): Promise<void> {
    let left: readonly WriteRequest[] = requests;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === TRIES) throw new SignetError('table-busy', `the table left ${left.length} writes undone`);
      if (attempt > 0) await pause(Math.random() * Math.min(5000, 20 * 2 ** attempt));
      const { UnprocessedItems } = await this.#client.send(
        new BatchWriteItemCommand({ RequestItems: { [this.#name]: [...left] } }),
      );
      left = UnprocessedItems?.[this.#name] ?? [];
    }
  }
}

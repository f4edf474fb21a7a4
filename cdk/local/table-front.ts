import type { Credentials } from './credentials.ts';
import { type JsonCall, permit, startJsonService } from './front.ts';
import { forward, type Loopback } from './loopback.ts';
import { arn } from './place.ts';

type Item = Readonly<Record<string, Readonly<Record<string, string>>>>;

interface Request {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Item[] } | readonly WriteRequest[]>>;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

/** The table's engine and the attribute that parts each table. */
export interface TableFrontOptions {
  readonly engine: string;
  readonly partitionKeys: ReadonlyMap<string, string>;
  readonly credentials: Credentials;
}

/** The values that a query's condition demands of the partition key. */
function queried(request: Request, partitionKey: string): Item[] {
  const { KeyConditionExpression = '', ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = request;
  return [...KeyConditionExpression.matchAll(/(#?\w+)\s*=\s*(:\w+)/g)]
    .filter(([, name = '']) => (ExpressionAttributeNames[name] ?? name) === partitionKey)
    .map(([, , value = '']) => ({ [partitionKey]: ExpressionAttributeValues[value] ?? {} }));
}

/** Every table that a request names, with the partition keys that it touches there: what `dynamodb:LeadingKeys` holds. */
function leadingKeys(
  request: Request,
  partitionKeys: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const touched = new Map<string, Item[]>();
  const touch = (table: string, items: readonly (Item | undefined)[]): void => {
    touched.set(table, [...(touched.get(table) ?? []), ...items.filter((item) => item !== undefined)]);
  };
  const { TableName, Key, Item: put, RequestItems = {} } = request;
  if (TableName !== undefined) {
    touch(TableName, [Key, put]);
    touch(TableName, queried(request, partitionKeys.get(TableName) ?? ''));
  }
  for (const [table, asked] of Object.entries(RequestItems)) {
    const writes = Array.isArray(asked) ? (asked as readonly WriteRequest[]) : [];
    touch(
      table,
      writes.map(({ PutRequest, DeleteRequest }) => PutRequest?.Item ?? DeleteRequest?.Key),
    );
    touch(table, Array.isArray(asked) ? [] : ((asked as { readonly Keys?: readonly Item[] }).Keys ?? []));
  }
  return new Map(
    [...touched].map(([table, items]) => {
      const values = items.flatMap((item) => Object.values(item[partitionKeys.get(table) ?? ''] ?? {}));
      return [table, [...new Set(values)]];
    }),
  );
}

/** DynamoDB: every call is verified and held against the caller's policies before the engine sees it. */
export function startTableFront({ engine, partitionKeys, credentials }: TableFrontOptions): Promise<Loopback> {
  return startJsonService('dynamodb', credentials, async (call: JsonCall) => {
    const { operation, input, principal, request, response, body } = call;
    for (const [table, keys] of leadingKeys(input as Request, partitionKeys))
      permit(principal, {
        action: `dynamodb:${operation}`,
        resource: arn('dynamodb', `table/${table}`),
        ...(keys.length > 0 && { context: { 'dynamodb:LeadingKeys': keys } }),
      });
    await forward(engine, request, body, response);
    return undefined;
  });
}

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clients } from '../../../lib/store/clients.ts';

/** Clients that have a table and nothing else. */
export function tableOnly(table: DynamoDBClient): Clients {
  return { of: () => ({ table }) } as unknown as Clients;
}

import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { SignetError } from '../../lib/base/index.ts';
import { REGION } from './place.ts';
import type { Resource } from './template.ts';

type CreateTable = ConstructorParameters<typeof CreateTableCommand>[0];

/** Makes the tables that the template states, where the engine hasn't kept them. */
export async function createTables(engine: string, resources: readonly Resource[]): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ region: REGION, endpoint: engine, credentials });
  for (const { name, properties } of resources) {
    if (properties['GlobalSecondaryIndexes'] !== undefined)
      throw new SignetError('unresolved', 'the local stack makes no secondary indexes');
    const { AttributeDefinitions, KeySchema } = properties as unknown as CreateTable;
    try {
      await client.send(
        new CreateTableCommand({ TableName: name, AttributeDefinitions, KeySchema, BillingMode: 'PAY_PER_REQUEST' }),
      );
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }
  client.destroy();
}

/** The attribute that parts a table. */
export function partitionKeyOf({ properties }: Resource): string {
  const schema = properties['KeySchema'] as { AttributeName: string; KeyType: string }[];
  return schema.find(({ KeyType }) => KeyType === 'HASH')!.AttributeName;
}

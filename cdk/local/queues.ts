import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ACCOUNT, arn, REGION } from './place.ts';
import type { Resource } from './template.ts';

/** Properties of a queue that the engine takes as they are, by the name of its attribute. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  DelaySeconds: 'DelaySeconds',
  DeduplicationScope: 'DeduplicationScope',
  FifoQueue: 'FifoQueue',
  FifoThroughputLimit: 'FifoThroughputLimit',
  MessageRetentionPeriod: 'MessageRetentionPeriod',
  VisibilityTimeout: 'VisibilityTimeout',
};

/** The queues of the stack, as whatever feeds and empties them sees them: past the gateway that functions go through. */
export class Queues {
  readonly #engine: string;
  readonly #client: SQSClient;

  constructor(engine: string) {
    this.#engine = engine;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.#client = new SQSClient({ region: REGION, endpoint: engine, credentials });
  }

  /** Makes the queues that the template states; a queue of dead letters has to be made before the one it serves. */
  async create(resources: readonly Resource[]): Promise<void> {
    const served = ({ properties }: Resource): number => (properties['RedrivePolicy'] === undefined ? 0 : 1);
    for (const { name, properties } of resources.toSorted((a, b) => served(a) - served(b))) {
      const plain = Object.entries(ATTRIBUTES).flatMap(([property, attribute]) =>
        properties[property] === undefined ? [] : [[attribute, String(properties[property])]],
      );
      const redrive = properties['RedrivePolicy'];
      await this.#client.send(
        new CreateQueueCommand({
          QueueName: name,
          Attributes: {
            ...Object.fromEntries(plain),
            ...(redrive !== undefined && { RedrivePolicy: JSON.stringify(redrive) }),
          },
        }),
      );
    }
  }

  /** The address under which the engine knows a queue. */
  address(name: string): string {
    return `${this.#engine}/${ACCOUNT}/${name}`;
  }

  async send(name: string, body: string, fifo: { readonly group?: string; readonly id?: string } = {}): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.address(name),
        MessageBody: body,
        ...(fifo.group !== undefined && { MessageGroupId: fifo.group, MessageDeduplicationId: fifo.id }),
      }),
    );
  }

  /** Up to `most` messages, waited for `seconds` at most. */
  async receive(name: string, most: number, seconds: number, signal?: AbortSignal): Promise<readonly Message[]> {
    const { Messages = [] } = await this.#client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.address(name),
        MaxNumberOfMessages: most,
        WaitTimeSeconds: seconds,
        MessageSystemAttributeNames: ['All'],
      }),
      signal ? { abortSignal: signal } : {},
    );
    return Messages;
  }

  async remove(name: string, receipt: string): Promise<void> {
    await this.#client.send(new DeleteMessageCommand({ QueueUrl: this.address(name), ReceiptHandle: receipt }));
  }

  /** Messages that wait, and that someone has or that wait for their time. */
  async depth(name: string): Promise<{ readonly waiting: number; readonly hidden: number }> {
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({ QueueUrl: this.address(name), AttributeNames: ['All'] }),
    );
    const count = (attribute: keyof typeof Attributes): number => Number(Attributes[attribute] ?? 0);
    return {
      waiting: count('ApproximateNumberOfMessages'),
      hidden: count('ApproximateNumberOfMessagesNotVisible') + count('ApproximateNumberOfMessagesDelayed'),
    };
  }

  stop(): void {
    this.#client.destroy();
  }
}

/** The queue's name in its ARN. */
export function queueNamed(queueArn: string): string {
  return queueArn.slice(arn('sqs', '').length);
}

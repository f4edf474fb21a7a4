import type { Message } from '@aws-sdk/client-sqs';
import type { LocalFunction } from './function.ts';
import { REGION } from './place.ts';
import { type Queues, queueNamed } from './queues.ts';
import type { Resource } from './template.ts';

const WAIT_SECONDS = 20;
/** Between two looks at a queue that could not be read. */
const PAUSE_MILLISECONDS = 250;

interface MappingProperties {
  readonly BatchSize?: number;
  readonly EventSourceArn: string;
  readonly FunctionResponseTypes?: readonly string[];
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
}

/** Feeds a function from a queue: what it doesn't report as failed is removed, and the rest comes back when its time is over. */
export class EventSource {
  readonly #queue: string;
  readonly #queueArn: string;
  readonly #batchSize: number;
  /** Whether the function says which messages failed; else all of a batch did well once it returns. */
  readonly #partial: boolean;
  readonly #function: LocalFunction;
  readonly #queues: Queues;
  readonly #ended = new AbortController();
  readonly #pollers: Promise<void>[] = [];

  constructor({ properties }: Resource, fed: LocalFunction, queues: Queues) {
    const {
      BatchSize = 10,
      EventSourceArn,
      FunctionResponseTypes = [],
      ScalingConfig,
    } = properties as unknown as MappingProperties;
    this.#queueArn = EventSourceArn;
    this.#queue = queueNamed(EventSourceArn);
    this.#batchSize = Math.min(BatchSize, 10);
    this.#partial = FunctionResponseTypes.includes('ReportBatchItemFailures');
    this.#function = fed;
    this.#queues = queues;
    const most = ScalingConfig?.MaximumConcurrency ?? 2;
    for (let poller = 0; poller < most; poller++) this.#pollers.push(this.#poll());
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#pollers);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        const messages = await this.#queues.receive(this.#queue, this.#batchSize, WAIT_SECONDS, signal);
        if (messages.length > 0 && !signal.aborted) await this.#hand(messages);
      } catch {
        // Neither the queue nor the function answered: the messages come back.
        if (!signal.aborted) await new Promise((wait) => setTimeout(wait, PAUSE_MILLISECONDS));
      }
    }
  }

  async #hand(messages: readonly Message[]): Promise<void> {
    const answer = await this.#function.invoke({
      Records: messages.map((message) => ({
        messageId: message.MessageId,
        receiptHandle: message.ReceiptHandle,
        body: message.Body,
        attributes: message.Attributes,
        messageAttributes: {},
        md5OfBody: message.MD5OfBody,
        eventSource: 'aws:sqs',
        eventSourceARN: this.#queueArn,
        awsRegion: REGION,
      })),
    });
    const said = (answer as { batchItemFailures?: { itemIdentifier: string }[] } | null)?.batchItemFailures ?? [];
    const failures = this.#partial ? said : [];
    const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { MessageId, ReceiptHandle } of messages)
      if (!failed.has(MessageId!)) await this.#queues.remove(this.#queue, ReceiptHandle!);
  }
}

import { readFileSync } from 'node:fs';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { resources, synthesised } from './templates.ts';

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

/** A heading's anchor, as the pages' readers make it. */
const anchors = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );

const { app, data, functions } = synthesised({ userPool: 'true' });
const guide = page('deployment.md');

describe('The guide', () => {
  const alarms = resources(functions, 'AWS::CloudWatch::Alarm');

  it.each(alarms)('answers the alarm %s', (_, { Properties }) => {
    const [, anchor] = Properties.AlarmDescription.match(/docs\/deployment\.md#([a-z-]+)$/);
    expect(anchors(guide)).toContain(anchor);
    expect(Properties.AlarmActions).toHaveLength(1);
  });

  it('explains every parameter', () => {
    const names = [...Object.keys(data.findParameters('*')), ...Object.keys(functions.findParameters('*'))].filter(
      (name) => name !== 'BootstrapVersion',
    );
    for (const name of names) expect(guide).toContain(`\`${name}\``);
  });
});

describe('The AWS Solutions rules', () => {
  it('find nothing that has no reason beside its construct', () => {
    app.synth();
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });
});

describe('The HIPAA rules', () => {
  const found = new HIPAASecurityChecks(app)
    .validateScope(app)
    .violations.map(({ ruleName }) => ruleName.replace(/^HIPAA\.Security-/, '').replace(/\[.*$/, ''));
  const answered = [...page('hipaa-findings.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, rule]) => rule!);

  it('find only what the guide answers, and the guide answers nothing else', () => {
    expect(answered.sort()).toEqual([...new Set(found)].sort());
  });
});

import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { rulesPath, runbookPath, runbookSections, shippedRules } from '../support/prometheus-expressions';
import { serverBinaries } from '../support/server-binaries';

const promtool = (...args: readonly string[]) => promisify(execFile)(serverBinaries('prometheus').cli, args);

describe('the rules for Prometheus', () => {
  it('are ones that Prometheus takes', async () => {
    const { stdout } = await promtool('check', 'rules', rulesPath);

    expect(stdout).to.contain(`SUCCESS: ${shippedRules().length} rules found`);
  });

  it('fire when they shall, and only then', async () => {
    const { stdout } = await promtool('test', 'rules', 'ops/prometheus/tiercel.rules.test.yml');

    expect(stdout).to.contain('SUCCESS');
  });

  it('have each alert proven, and explained in the runbook', () => {
    const proofs = readFileSync('ops/prometheus/tiercel.rules.test.yml', 'utf8');
    const sections = runbookSections().filter(({ title }) => title.startsWith('Tiercel'));
    const alerts = shippedRules().flatMap(({ alert, annotations }) => (alert === undefined ? [] : [{ alert, annotations }]));

    for (const { alert, annotations } of alerts) {
      expect(annotations?.runbook_url).to.equal(`${runbookPath}#${alert.toLowerCase()}`);
      expect(proofs).to.contain(alert);
    }
    expect(sections.map(({ title }) => title)).to.deep.equal([...new Set(alerts.map(({ alert }) => alert))]);
    for (const { queries, title } of sections) expect(queries, `${title}: which process?`).to.have.length(1);
  });
});

import { golden } from '../../golden.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedCertificates } from '../../../src/doctor/checks/certificates.ts';
import { clock } from '../../../src/doctor/checks/clock.ts';
import { dns } from '../../../src/doctor/checks/dns.ts';
import { mirrors } from '../../../src/doctor/checks/mirrors.ts';
import { proxy } from '../../../src/doctor/checks/proxy.ts';
import { Failure } from '../../../src/report/failure.ts';
import { cases } from './cases.ts';

const now = Date.UTC(2026, 9, 1, 12);
const hour = 3_600_000;
const time = (ahead: number) => ({ servers: new Map([['mirror.example.org', ahead]]), kernel: 3, now });
const names = (said?: string) => new Map([['mirror.example.org', said]]);
const origin = 'https://mirror.example.org';
const repository = {
  name: 'debian bookworm-security',
  needed: true,
  lockedDate: undefined,
  ended: false,
  at: undefined,
  index: { date: new Date(now - 48 * hour), warnings: [] },
};
const seen = (one: Partial<Parameters<typeof mirrors.judge>[0]['seen'][number]>) => ({
  seen: [{ ...repository, ...one }],
  now,
});
const days = (count: number) => ({ date: new Date(now - count * 24 * hour), warnings: [] });
const expired = new Failure('release-expired', 'the index of bookworm-security was valid until 2026-09-20', {
  why: 'it comes from http://mirror.example.org/dists/bookworm-security/InRelease',
});

const all = [
  cases(dns, {
    found: { names: names(), servers: ['192.0.2.1'], needed: true },
    'none to find': { names: new Map(), servers: [], needed: false },
    'without an answer': { names: names('no answer in 2.5 seconds'), servers: ['192.0.2.1'], needed: true },
    'without servers': { names: names('EAI_AGAIN'), servers: [], needed: true },
    'one lost': {
      names: new Map([...names(), ['mirrow.example.org', 'ENOTFOUND']]),
      servers: ['192.0.2.1', '192.0.2.2'],
      needed: true,
    },
    'lost and not needed': { names: names('EAI_AGAIN'), servers: undefined, needed: false },
  }),
  cases(proxy, {
    none: { proxies: [], ignored: false },
    some: { proxies: [{ variable: 'https_proxy', address: 'http://proxy:3128' }], ignored: false },
    'one that is down': {
      proxies: [{ variable: 'https_proxy', address: 'http://proxy:3128', said: 'ECONNREFUSED' }],
      ignored: false,
    },
    'in capitals': { proxies: [], ignored: true },
  }),
  cases(clock, {
    right: time(400),
    'some minutes fast': time(9 * 60_000),
    'days slow': time(-72 * hour),
    'a day fast': time(26 * hour),
    faked: { ...time(0), kernel: 24 * hour },
    'that nobody tells': { servers: new Map(), kernel: undefined, now },
    'that a certificate doubts': {
      servers: new Map(),
      kernel: 0,
      certificate: "can't reach https://mirror.example.org/: certificate is not yet valid",
      now,
    },
  }),
  cases(trustedCertificates, {
    trusted: { off: false, trusted: [origin], refused: new Map() },
    'not asked for': { off: false, trusted: [], refused: new Map() },
    refused: {
      off: false,
      trusted: [],
      refused: new Map([[origin, `can't reach ${origin}/: self-signed certificate in certificate chain`]]),
    },
    'a file that is not there': {
      extra: { file: '/etc/company.pem', problem: "which can't be read (ENOENT)" },
      off: false,
      trusted: [origin],
      refused: new Map(),
    },
    'switched off': { off: true, trusted: [origin], refused: new Map() },
  }),
  cases(mirrors, {
    fresh: seen({}),
    none: { seen: [], now },
    expired: seen({ index: expired }),
    'expired, and let through': seen({
      index: {
        ...days(30),
        warnings: [
          {
            code: 'release-expired-allowed',
            severity: 'warning',
            message: 'it was let through',
            hint: 'apt says so',
          },
        ],
      },
    }),
    'expired, and not needed': seen({ index: expired, needed: false }),
    'behind the lock': seen({ lockedDate: new Date(now - 2 * hour) }),
    stopped: seen({ index: days(60) }),
    'stopped with its release': seen({ index: days(60), ended: true }),
  }),
];

for (const list of all) {
  const [first] = list;
  const { id } = first!.check;
  test(`${id} has words for what it may find`, () => {
    assert.deepEqual([...new Set(first!.diagnoses.map(({ status }) => status))], ['ok']);
    golden(`doctor/${id}.txt`, list.map(({ text }) => text).join('\n'));
  });
}

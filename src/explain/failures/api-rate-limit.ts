import type { FailureClass } from '../failure-class.ts';

export const apiRateLimit: FailureClass = {
  class: 'api-rate-limit',
  signs: [
    { says: /rate limit exceeded.{0,80}(?:api\.github\.com|gitlab|api\.)/, sure: 0.92 },
    { says: /API rate limit (?:already )?exceeded/, sure: 0.96 },
    { says: /(?:api\.github\.com|GitHub).*(?:rate limit|\b429\b|403 rate)/, sure: 0.88 },
  ],
  cause:
    "the rate limit of a web API (GitHub's) is reached; without a token it is counted by address, which many builders share",
  cure: 'give a token (`GITHUB_TOKEN`, `GH_TOKEN`) as a secret, or fetch a fixed version in place of asking the API which is newest',
  explains: ['registry-rate-limit', 'download-damaged'],
  references: ['https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api'],
  examples: [
    "API rate limit exceeded for 203.0.113.7. (But here's the good news: Authenticated requests get a higher rate limit.)",
    'HttpError: API rate limit exceeded for installation ID 1234',
  ],
  lookAlikes: ['toomanyrequests: You have reached your pull rate limit.'],
};

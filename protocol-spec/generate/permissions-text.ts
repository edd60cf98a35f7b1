import { defaultPermissions, type Permission, permissionNames, permissions } from '../schemas/permissions.ts';
import { endpoints } from '../schemas/client/endpoints.ts';
import { generatedNote, table } from './text.ts';

/** The catalogue of permissions. [PERM-1] */
export function permissionsText(): string {
  const rows = permissionNames.map((name: Permission) => {
    const { group, channel, title, help } = permissions[name];
    const endpointNames = endpoints.filter(({ permission }) => permission === name).map((endpoint) => endpoint.name);
    return [
      `\`${name}\``,
      title,
      help,
      group,
      channel ? 'yes' : 'no',
      defaultPermissions.includes(name) ? 'yes' : 'no',
      endpointNames.join(', '),
    ];
  });
  const head = [
    'permission',
    'title',
    'what for',
    'group',
    'can be overridden in a channel',
    'everyone has it at first',
    'needed by',
  ];
  return `# Permissions\n\n${generatedNote} The rules are in [07-permissions.md](../text/07-permissions.md).\n\n${table(head, rows)}`;
}

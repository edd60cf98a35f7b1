import { permissions } from '@folkmoot/protocol-spec/schemas/permissions.ts';
import { sendMessage } from '@folkmoot/protocol-spec/schemas/client/messages.ts';

/** The whole client. */
export function App() {
  return <main>{sendMessage.path} {Object.keys(permissions).length}</main>;
}

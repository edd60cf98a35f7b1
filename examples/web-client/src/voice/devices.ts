import { createResource, onCleanup } from 'solid-js';

const nouns: Record<MediaDeviceKind, string> = {
  audioinput: 'Microphone',
  audiooutput: 'Loudspeaker',
  videoinput: 'Camera',
};

interface Device {
  id: string;
  name: string;
}

/** Microphones, loudspeakers and cameras of this device, as they are plugged in and out. */
export function useDevices() {
  const [devices, { refetch }] = createResource(async () => (await navigator.mediaDevices?.enumerateDevices()) ?? [], {
    initialValue: [],
  });
  const refresh = () => void refetch();
  navigator.mediaDevices?.addEventListener('devicechange', refresh);
  onCleanup(() => navigator.mediaDevices?.removeEventListener('devicechange', refresh));
  const of = (kind: MediaDeviceKind): Device[] =>
    devices.latest
      .filter((one) => one.kind === kind && one.deviceId !== '' && one.deviceId !== 'default')
      .map(({ deviceId, label }, at) => ({ id: deviceId, name: label || `${nouns[kind]} ${at + 1}` }));
  return {
    of,
    /** Browsers tell names after a device was allowed once. */
    areNamed: () => devices.latest.some(({ label }) => label !== ''),
    refresh,
  };
}

export type Devices = ReturnType<typeof useDevices>;

// Tells how loud a microphone is, some fifty times a second, also while the page is out of sight.
registerProcessor(
  'voice-level',
  class extends AudioWorkletProcessor {
    sum = 0;
    count = 0;

    process([input]) {
      for (const sample of input?.[0] ?? []) this.sum += sample * sample;
      this.count += input?.[0]?.length ?? 128;
      if (this.count >= 1024) {
        this.port.postMessage(10 * Math.log10(this.sum / this.count + 1e-10));
        this.sum = this.count = 0;
      }
      return true;
    }
  },
);

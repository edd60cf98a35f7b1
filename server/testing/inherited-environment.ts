const { PATH, NODE_COMPILE_CACHE } = process.env;

/** What a process of ours gets of the environment of the test: no settings, but what was compiled already. */
export const inheritedEnvironment: NodeJS.ProcessEnv = { PATH, NODE_COMPILE_CACHE };

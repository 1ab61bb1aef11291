const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\])$/

/** Whether a host, as written in a setting or a URL, is this machine. */
export const isLoopbackName = (host: string): boolean => LOOPBACK.test(host)

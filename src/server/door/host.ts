/** Only this machine may knock, and only by a loopback name: a page in a browser cannot reach the door by rebinding DNS. */

const loopbackNames =
  /^(?:(?:[a-z0-9.-]+\.|sync-)?localhost|(?:sync-)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d{1,5})?$/i;

export const isLoopbackHost = (host: string | undefined): boolean => host !== undefined && loopbackNames.test(host);

export const isLoopbackAddress = (address: string | undefined): boolean =>
  address !== undefined && (address === '::1' || /^(?:::ffff:)?127\./.test(address));

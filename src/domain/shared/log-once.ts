/**
 * Writes the first message that it is given, and drops the others: for messages that would come with every call.
 * @param log - a method of a logger
 */
export function logOnce(log: (message: string) => void): (message: string) => void {
  let isLogged = false;
  return (message) => {
    if (isLogged) return;
    isLogged = true;
    log(`${message} (logged once)`);
  };
}

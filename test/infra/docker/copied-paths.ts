/** What a Dockerfile copies out of the tree (not from another stage). */
export function copiedPaths(dockerfile: string): readonly string[] {
  const copies = dockerfile.split('\n').filter((line) => /^COPY (?!--from)/.test(line))
  return [...new Set(copies.flatMap((line) => line.split(' ').slice(1, -1)))]
}

/** Another transaction did the same thing at the same moment. Nothing is wrong: the same batch, begun anew, will see what it did. */
export class CollisionError extends Error {
  override name = 'CollisionError'
}

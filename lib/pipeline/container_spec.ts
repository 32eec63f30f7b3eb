/**
 * What a component is that is nothing but an image to run. Types only; `container.ts` makes it.
 *
 * @module
 */

/** What a container runs. Its texts may hold places that Kubeflow fills in. */
export interface ContainerSpec {
  /** The image's name. */
  readonly image: string;
  /** The program: an image's own entry point is ignored on Kubeflow. */
  readonly command: readonly string[];
  /** What follows it. */
  readonly args: readonly string[];
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
}

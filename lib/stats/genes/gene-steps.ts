import { dot } from '../numeric/linear.ts';
import type { GeneLikelihood } from './gene-likelihood.ts';
import type { GeneNull } from './gene-null.ts';

/** The covariates determine the gene as far as a share of its information that is no larger. */
const DETERMINED = 1e-9;
/** What is left of a variance, as a share, after which the step that is next needs not be measured; and after which it is the last. */
const HARDLY = 1e-6;
const LITTLE = 3e-5;

/**
 * The information of a gene and the covariates, approximately: that of the null model, whose part of the gene is scaled to what the gene alone has where
 * it is. Cheap to solve by, since the covariates' part is inverted once for all genes.
 */
export class GeneSteps {
  /** Between the gene and each covariate, at the null model. */
  readonly shared: Float64Array;
  /** The covariates' variance times that. */
  readonly along: Float64Array;
  private readonly model: GeneNull;
  private readonly rest: Float64Array;
  private readonly part: Float64Array;
  private readonly direction: Float64Array;
  private ratio = 1;
  private own = 1;

  constructor(model: GeneNull) {
    const { p } = model;
    this.model = model;
    this.shared = new Float64Array(p);
    this.along = new Float64Array(p);
    this.rest = new Float64Array(p + 1);
    this.part = new Float64Array(p + 1);
    this.direction = new Float64Array(p + 1);
  }

  /** Of the gene with these carriers; answers what the covariates determine of its information. */
  begin(carriers: Int32Array): number {
    const { p, cross, variance } = this.model;
    const { shared, along } = this;
    shared.fill(0);
    for (let k = 0; k < carriers.length; k++) {
      const o = carriers[k]! * p;
      for (let j = 0; j < p; j++) shared[j]! += cross[o + j]!;
    }
    product(variance, shared, p, along);
    return dot(along, shared);
  }

  /** Scales the gene's information at the null model to this one; false where nothing would be left beside the covariates. */
  scale(atNull: number, information: number): boolean {
    this.ratio = information / atNull;
    this.own = information - this.ratio ** 2 * dot(this.along, this.shared);
    return this.own > DETERMINED * information;
  }

  /** Solves for a vector of all columns, the gene's last. */
  solve(vector: Float64Array, out: Float64Array): void {
    const { shared, along, ratio, own } = this;
    const { p, variance } = this.model;
    product(variance, vector, p, out);
    let rest = vector[p]!;
    for (let j = 0; j < p; j++) rest -= ratio * shared[j]! * out[j]!;
    const move = rest / own;
    for (let j = 0; j < p; j++) out[j]! -= ratio * along[j]! * move;
    out[p] = move;
  }

  /**
   * The gene's variance by the exact information where the likelihood was last evaluated: conjugate gradients, preconditioned by the approximate one.
   * They add to the variance what each direction finds; a part in 1e9 is left out.
   */
  variance(likelihood: GeneLikelihood, carriers: Int32Array): number {
    const { rest, part, direction } = this;
    const { p } = this.model;
    const { image } = likelihood;
    rest.fill(0);
    rest[p] = 1;
    direction.fill(0);
    let sum = 0;
    let before = 0;
    for (let k = 0; k <= p; k++) {
      this.solve(rest, part);
      const size = dot(rest, part);
      if (size <= HARDLY * sum) return sum + size;
      const share = k === 0 ? 0 : size / before;
      for (let j = 0; j <= p; j++) direction[j] = part[j]! + share * direction[j]!;
      if (size <= LITTLE * sum) return sum + size ** 2 / likelihood.curvatureAlong(direction, carriers, false);
      const length = size / likelihood.curvatureAlong(direction, carriers, true);
      sum += length * size;
      for (let j = 0; j <= p; j++) rest[j]! -= length * image[j]!;
      before = size;
    }
    return sum;
  }
}

function product(matrix: Float64Array, vector: Float64Array, size: number, out: Float64Array): void {
  for (let j = 0; j < size; j++) {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += matrix[j * size + k]! * vector[k]!;
    out[j] = sum;
  }
}

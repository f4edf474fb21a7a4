/** Papers by the name under which the analyses cite them. */
export const CITATION = {
  kaplanMeier:
    'Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc 1958;53:457-81.',
  greenwood:
    'Greenwood M. The natural duration of cancer. Reports on Public Health and Medical Subjects 33. London: HMSO, 1926.',
  medianInterval:
    'Brookmeyer R, Crowley J. A confidence interval for the median survival time. Biometrics 1982;38:29-41.',
  followUp:
    'Schemper M, Smith TL. A note on quantifying follow-up in studies of failure time. Control Clin Trials 1996;17:343-6.',
  logRank:
    'Mantel N. Evaluation of survival data and two new rank order statistics arising in its consideration. Cancer Chemother Rep 1966;50:163-70.',
  cox: 'Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220.',
  efron: "Efron B. The efficiency of Cox's likelihood function for censored data. J Am Stat Assoc 1977;72:557-65.",
  breslow: 'Breslow NE. Covariance analysis of censored survival data. Biometrics 1974;30:89-99.',
  robust:
    'Lin DY, Wei LJ. The robust inference for the Cox proportional hazards model. J Am Stat Assoc 1989;84:1074-8.',
  firthCox:
    'Heinze G, Schemper M. A solution to the problem of monotone likelihood in Cox regression. Biometrics 2001;57:114-9.',
  profile:
    'Venzon DJ, Moolgavkar SH. A method for computing profile-likelihood-based confidence intervals. Appl Stat 1988;37:87-94.',
  proportionality:
    'Grambsch PM, Therneau TM. Proportional hazards tests and diagnostics based on weighted residuals. Biometrika 1994;81:515-26.',
  concordance:
    'Harrell FE, Califf RM, Pryor DB, Lee KL, Rosati RA. Evaluating the yield of medical tests. JAMA 1982;247:2543-6.',
  optimism:
    'Harrell FE, Lee KL, Mark DB. Multivariable prognostic models: issues in developing models, evaluating assumptions and adequacy, and measuring and reducing errors. Stat Med 1996;15:361-87.',
  fisher: 'Fisher RA. The logic of inductive inference. J R Stat Soc 1935;98:39-82.',
  conditionalOddsRatio:
    'Breslow NE, Day NE. Statistical methods in cancer research, volume 1: the analysis of case-control studies. Lyon: IARC, 1980.',
  'benjamini-hochberg':
    'Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and powerful approach to multiple testing. J R Stat Soc B 1995;57:289-300.',
  'benjamini-yekutieli':
    'Benjamini Y, Yekutieli D. The control of the false discovery rate in multiple testing under dependency. Ann Stat 2001;29:1165-88.',
  holm: 'Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979;6:65-70.',
  hochberg: 'Hochberg Y. A sharper Bonferroni procedure for multiple tests of significance. Biometrika 1988;75:800-2.',
  hommel:
    'Hommel G. A stagewise rejective multiple test procedure based on a modified Bonferroni test. Biometrika 1988;75:383-6.',
  bonferroni: 'Dunn OJ. Multiple comparisons among means. J Am Stat Assoc 1961;56:52-64.',
} as const;

/** What the project's tests hold the estimates against. */
export const YARDSTICK =
  'Estimates were computed by Signet, whose version stands with the result; each method is held against R 4.2.2 (survival 3.5-3) in its tests.';

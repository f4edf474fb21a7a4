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
  logistic: 'Cox DR. The regression analysis of binary sequences. J R Stat Soc B 1958;20:215-42.',
  firth: 'Firth D. Bias reduction of maximum likelihood estimates. Biometrika 1993;80:27-38.',
  firthLogistic:
    'Heinze G, Schemper M. A solution to the problem of separation in logistic regression. Stat Med 2002;21:2409-19.',
  delong:
    'DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated receiver operating characteristic curves. Biometrics 1988;44:837-45.',
  brier: 'Brier GW. Verification of forecasts expressed in terms of probability. Mon Weather Rev 1950;78:1-3.',
  hosmerLemeshow:
    'Hosmer DW, Lemeshow S. Goodness of fit tests for the multiple logistic regression model. Commun Stat Theory Methods 1980;9:1043-69.',
  lasso: 'Tibshirani R. The lasso method for variable selection in the Cox model. Stat Med 1997;16:385-95.',
  elasticNet:
    'Zou H, Hastie T. Regularization and variable selection via the elastic net. J R Stat Soc B 2005;67:301-20.',
  crossValidation:
    "Simon N, Friedman J, Hastie T, Tibshirani R. Regularization paths for Cox's proportional hazards model via coordinate descent. J Stat Softw 2011;39(5):1-13.",
  timedArea:
    'Blanche P, Dartigues JF, Jacqmin-Gadda H. Estimating and comparing time-dependent areas under receiver operating characteristic curves for censored event times with competing risks. Stat Med 2013;32:5381-97.',
  timedBrier:
    'Gerds TA, Schumacher M. Consistent estimation of the expected Brier score in general survival models with right-censored event times. Biom J 2006;48:1029-40.',
  decisionCurve:
    'Vickers AJ, Elkin EB. Decision curve analysis: a novel method for evaluating prediction models. Med Decis Making 2006;26:565-74.',
  tripod:
    'Moons KGM, Altman DG, Reitsma JB, et al. Transparent reporting of a multivariable prediction model for individual prognosis or diagnosis (TRIPOD). Ann Intern Med 2015;162:W1-73.',
  dersimonianLaird: 'DerSimonian R, Laird N. Meta-analysis in clinical trials. Control Clin Trials 1986;7:177-88.',
  hartungKnapp:
    'Hartung J, Knapp G. A refined method for the meta-analysis of controlled clinical trials with binary outcome. Stat Med 2001;20:3875-89.',
  heterogeneity: 'Higgins JPT, Thompson SG. Quantifying heterogeneity in a meta-analysis. Stat Med 2002;21:1539-58.',
  predictionInterval:
    'Higgins JPT, Thompson SG, Spiegelhalter DJ. A re-evaluation of random-effects meta-analysis. J R Stat Soc A 2009;172:137-59.',
  metaRegression:
    'Thompson SG, Sharp SJ. Explaining heterogeneity in meta-analysis: a comparison of methods. Stat Med 1999;18:2693-708.',
  egger:
    'Egger M, Davey Smith G, Schneider M, Minder C. Bias in meta-analysis detected by a simple, graphical test. BMJ 1997;315:629-34.',
  subgroups:
    'Wang R, Lagakos SW, Ware JH, Hunter DJ, Drazen JM. Statistics in medicine: reporting of subgroup analyses in clinical trials. N Engl J Med 2007;357:2189-94.',
  harringtonFleming:
    'Harrington DP, Fleming TR. A class of rank test procedures for censored survival data. Biometrika 1982;69:553-66.',
  maxCombo:
    'Lee JW. Some versatile tests based on the simultaneous use of weighted log-rank statistics. Biometrics 1996;52:721-5.',
  survivalAtTime:
    'Klein JP, Logan B, Harhoff M, Andersen PK. Analyzing survival curves at a fixed point in time. Stat Med 2007;26:4505-19.',
  medianDifference:
    'Su JQ, Wei LJ. Nonparametric estimation for the difference or ratio of median failure times. Biometrics 1993;49:603-7.',
  simonMakuch:
    'Simon R, Makuch RW. A non-parametric graphical representation of the relationship between survival and the occurrence of an event: application to responder versus non-responder bias. Stat Med 1984;3:35-44.',
  aalenJohansen:
    'Aalen OO, Johansen S. An empirical transition matrix for non-homogeneous Markov chains based on censored observations. Scand J Stat 1978;5:141-50.',
  nelsonAalen: 'Aalen OO. Nonparametric inference for a family of counting processes. Ann Stat 1978;6:701-26.',
  gray: 'Gray RJ. A class of K-sample tests for comparing the cumulative incidence of a competing risk. Ann Stat 1988;16:1141-54.',
  fineGray:
    'Fine JP, Gray RJ. A proportional hazards model for the subdistribution of a competing risk. J Am Stat Assoc 1999;94:496-509.',
  fineGrayLate:
    'Geskus RB. Cause-specific cumulative incidence estimation and the Fine and Gray model under both left truncation and right censoring. Biometrics 2011;67:39-49.',
  fineGrayStrata:
    'Zhou B, Latouche A, Rocha V, Fine J. Competing risks regression for stratified data. Biometrics 2011;67:661-70.',
  bothHazards:
    'Latouche A, Allignol A, Beyersmann J, Labopin M, Fine JP. A competing risks analysis should report results on all cause-specific hazards and cumulative incidence functions. J Clin Epidemiol 2013;66:648-53.',
  multistate:
    'Putter H, Fiocco M, Geskus RB. Tutorial in biostatistics: competing risks and multi-state models. Stat Med 2007;26:2389-430.',
  mantelByar:
    'Mantel N, Byar DP. Evaluation of response-time data involving transient states: an illustration using heart-transplant data. J Am Stat Assoc 1974;69:81-6.',
  eValue:
    'VanderWeele TJ, Ding P. Sensitivity analysis in observational research: introducing the E-value. Ann Intern Med 2017;167:268-74.',
  stability: 'Meinshausen N, Bühlmann P. Stability selection. J R Stat Soc B 2010;72:417-73.',
  calibrationSurvival:
    'Crowson CS, Atkinson EJ, Therneau TM. Assessing calibration of prognostic risk scores. Stat Methods Med Res 2016;25:1692-706.',
  strobe:
    'von Elm E, Altman DG, Egger M, et al. The Strengthening the Reporting of Observational Studies in Epidemiology (STROBE) statement. Lancet 2007;370:1453-7.',
  landmark: 'Anderson JR, Cain KC, Gelber RD. Analysis of survival by tumor response. J Clin Oncol 1983;1:710-9.',
  wilcoxon: 'Wilcoxon F. Individual comparisons by ranking methods. Biometrics Bull 1945;1:80-3.',
  kruskal: 'Kruskal WH, Wallis WA. Use of ranks in one-criterion variance analysis. J Am Stat Assoc 1952;47:583-621.',
  welch:
    "Welch BL. The generalization of 'Student's' problem when several different population variances are involved. Biometrika 1947;34:28-35.",
  pearson:
    'Pearson K. On the criterion that a given system of deviations from the probable is such that it can be reasonably supposed to have arisen from random sampling. Philos Mag 1900;50:157-75.',
  standardised:
    'Austin PC. Using the standardized difference to compare the prevalence of a binary variable between two groups in observational research. Commun Stat Simul Comput 2009;38:1228-34.',
  standardisedShares:
    'Yang D, Dalton JE. A unified approach to measuring the effect size between two groups using SAS. SAS Global Forum 2012;335.',
  mantelHaenszel:
    'Mantel N, Haenszel W. Statistical aspects of the analysis of data from retrospective studies of disease. J Natl Cancer Inst 1959;22:719-48.',
  pathways:
    'Sanchez-Vega F, Mina M, Armenia J, et al. Oncogenic signaling pathways in The Cancer Genome Atlas. Cell 2018;173:321-37.',
  chainedEquations:
    'van Buuren S. Multiple imputation of discrete and continuous data by fully conditional specification. Stat Methods Med Res 2007;16:219-42.',
  rubin: 'Rubin DB. Multiple Imputation for Nonresponse in Surveys. New York: Wiley; 1987.',
  barnardRubin:
    'Barnard J, Rubin DB. Small-sample degrees of freedom with multiple imputation. Biometrika 1999;86:948-55.',
  clopperPearson:
    'Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case of the binomial. Biometrika 1934;26:404-13.',
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
  imputationGuide:
    'White IR, Royston P, Wood AM. Multiple imputation using chained equations: issues and guidance for practice. Stat Med 2011;30:377-99.',
  imputationCox: 'White IR, Royston P. Imputing missing covariate values for the Cox model. Stat Med 2009;28:1982-98.',
  bonferroni: 'Dunn OJ. Multiple comparisons among means. J Am Stat Assoc 1961;56:52-64.',
} as const;

/** What the project's tests hold the estimates against. */
export const YARDSTICK =
  'Estimates were computed by Signet, whose version stands with the result; each method is held against R 4.2.2 (survival 3.5-3) in its tests.';

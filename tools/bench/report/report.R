# Repeats the analyses of the report in R, with survival, glmnet and rms: Rscript report.R FOLDER. The folder holds patients.csv as Signet exports
# it, one more for each sensitivity (S1.csv ...), plan.csv (item, sensitivity), genes.txt and genes.bin (a byte a patient, gene after gene: altered 1,
# not 0, not covered 2). Prints "seconds ITEM PROCESSOR-SECONDS FAILED" for each item of the plan that these packages do, with how many calls had no answer;
# reading isn't counted.
suppressPackageStartupMessages({ library(survival); library(glmnet); library(rms) })
folder <- commandArgs(TRUE)[1]
at <- function(name) file.path(folder, name)
read <- function(name) read.csv(at(name), check.names = FALSE, na.strings = "", stringsAsFactors = FALSE)
plan <- read("plan.csv")
symbols <- readLines(at("genes.txt"))
everyone <- read("patients.csv")
carries <- matrix(as.integer(readBin(at("genes.bin"), "raw", nrow(everyone) * length(symbols))), nrow(everyone))
carries[carries == 2L] <- NA
frames <- list()
frames[["-"]] <- everyone
for (name in setdiff(unique(plan$sensitivity), "-")) frames[[name]] <- read(paste0(name, ".csv"))

FACTORS <- c("age", "sex", "primary_site", "differentiation", "ct_stage", "cn_stage", "mets_number", "mets_max_cm", "mets_lobes", "tbs_group",
  "extrahepatic", "cea", "ca199", "ecog", "crs", "game_group", "mcs", "ras", "braf", "tmb", "fga", "lst")
T3 <- c("age", "right", "cn_positive", "tbs", "log2_cea", "extrahepatic", "ras", "braf")
T6 <- c("age", "right", "tbs", "extrahepatic", "ras", "braf")
BOOTSTRAP <- 200; REPEATS <- 20; HALVES <- 100; FOLDS <- 10

value <- function(x) if (is.logical(x)) as.numeric(x) else if (is.character(x)) factor(x) else x
eligibleOf <- function(d) {
  d <- d[d$eligible, ]
  for (name in union(FACTORS, T3)) d[[name]] <- value(d[[name]])
  d$y <- as.numeric(d[["group.group"]] == "SCTG")
  d$time <- d[["os.time"]]; d$event <- as.numeric(d[["os.event"]] == 1)
  d
}
varies <- function(x) length(unique(x[!is.na(x)])) > 1
terms_of <- function(names, d) names[vapply(names, function(name) varies(d[[name]]), TRUE)]
# what has no answer in these data costs what it costs until R says so, and is counted
failed <- 0
try_ <- function(expr) tryCatch(suppressWarnings(expr), error = function(e) { failed <<- failed + 1; message(conditionMessage(e)); NULL })

t1 <- function(d) for (name in FACTORS) {
  x <- d[[name]]; g <- d[["group.group"]]
  if (!varies(x)) next
  if (is.factor(x)) { try_(chisq.test(x, g, correct = FALSE)); try_(fisher.test(x, g, workspace = 2e6)); table(x, g) }
  else { try_(wilcox.test(x ~ g)); try_(t.test(x ~ g)); tapply(x, g, quantile, c(0.25, 0.5, 0.75), na.rm = TRUE) }
}

model_of <- function(d, names) {
  d <- d[complete.cases(d[, c("y", names)]), c("y", names)]
  names <- terms_of(names, d)
  fit <- try_(glm(reformulate(names, "y"), binomial, d))
  if (is.null(fit)) return()
  try_(drop1(fit, test = "LRT"))
  for (name in names) if (is.numeric(d[[name]]) && length(unique(d[[name]])) > 10)
    try_(anova(fit, glm(reformulate(c(setdiff(names, name), sprintf("rcs(%s, 4)", name)), "y"), binomial, d), test = "LRT"))
  whole <- try_(lrm(reformulate(names, "y"), d, x = TRUE, y = TRUE))
  if (!is.null(whole)) try_(validate(whole, B = BOOTSTRAP))
}

t3 <- function(d) {
  for (name in terms_of(FACTORS, d)) {
    fit <- try_(glm(reformulate(name, "y"), binomial, d))
    if (!is.null(fit)) try_(drop1(fit, test = "LRT"))
  }
  model_of(d, T3)
}
vegf <- function(d) {
  d <- d[which(d$antibody == "anti-VEGF"), ]
  try_(glm(y ~ ras, binomial, d))
  model_of(d, c("ras", "tbs"))
}

carried <- function(d, known) colSums(d[known, , drop = FALSE], na.rm = TRUE) >= 10
t4genes <- function(d, genes) {
  known <- !is.na(d$y)
  p <- q <- NULL
  for (j in which(carried(genes, known))) {
    x <- genes[, j]; of <- known & !is.na(x)
    p <- c(p, fisher.test(table(factor(x[of], 0:1), factor(d$y[of], 0:1)))$p.value)
    fit <- try_(glm(d$y ~ x + d$tbs, binomial, subset = of))
    q <- c(q, if (is.null(fit)) NA else coef(summary(fit))[2, 4])
  }
  p.adjust(p, "BH"); p.adjust(q, "BH")
}
t5genes <- function(d, genes) {
  known <- !is.na(d$time)
  for (j in which(carried(genes, known))) {
    of <- known & !is.na(genes[, j]); x <- genes[of, j]
    if (!varies(x)) next
    try_(survdiff(Surv(d$time[of], d$event[of]) ~ x)); try_(coxph(Surv(d$time[of], d$event[of]) ~ x))
  }
}

curve <- function(time, event) {
  fit <- survfit(Surv(time, event) ~ 1, conf.type = "log")
  summary(fit, times = c(12, 36, 60), extend = TRUE); quantile(fit)
  survfit(Surv(time, 1 - event) ~ 1)
}
endpoint <- function(name) function(d) {
  of <- !is.na(d[[paste0(name, ".time")]])
  try_(curve(d[[paste0(name, ".time")]][of], as.numeric(d[[paste0(name, ".event")]][of] == 1)))
}

t5 <- function(d) {
  for (name in terms_of(FACTORS, d)) {
    x <- d[[name]]
    fit <- try_(coxph(Surv(time, event) ~ x, d))
    if (!is.null(fit)) try_(cox.zph(fit))
    halves <- if (is.numeric(x) && length(unique(x)) > 5) x > median(x, na.rm = TRUE) else x
    if (varies(halves)) { try_(survdiff(Surv(time, event) ~ halves, d)); try_(summary(survfit(Surv(time, event) ~ halves, d), times = c(12, 36, 60), extend = TRUE)) }
  }
  fit <- try_(coxph(reformulate(terms_of(FACTORS, d), "Surv(time, event)"), d))
  if (!is.null(fit)) try_(cox.zph(fit))
}

t6 <- function(d) {
  d <- d[!is.na(d$time), ]
  d$joined <- ifelse(d[["group.exposure"]] == "converted", d[["os.joined.exposure"]], NA)
  d$id <- seq_len(nrow(d))
  d$entry <- if ("os.entry" %in% names(d)) d[["os.entry"]] else 0
  d <- d[d$time > d$entry, ]
  split <- rep(seq_len(nrow(d)), 1 + (!is.na(d$joined) & d$joined < d$time & d$joined > d$entry))
  s <- d[split, ]; second <- duplicated(split); twice <- split %in% split[second]
  s$start <- ifelse(second, s$joined, s$entry); s$stop <- ifelse(twice & !second, s$joined, s$time)
  s$died <- ifelse(twice & !second, 0, s$event)
  s$exposed <- as.numeric(second | (!twice & !is.na(s$joined) & s$joined <= s$entry))
  try_(coxph(Surv(start, stop, died) ~ exposed, s))
  fit <- try_(coxph(reformulate(c("exposed", T6), "Surv(start, stop, died)"), s))
  if (!is.null(fit)) try_(cox.zph(fit))
  try_(summary(survfit(Surv(start, stop, died) ~ exposed, s), times = c(12, 36, 60), extend = TRUE))
  for (month in c(9, 6, 12)) {
    l <- d[d$time > month, ]; l$exposed <- as.numeric(!is.na(l$joined) & l$joined <= month); l$time <- l$time - month
    try_(coxph(Surv(time, event) ~ exposed, l)); try_(coxph(reformulate(c("exposed", T6), "Surv(time, event)"), l))
    try_(survfit(Surv(time, event) ~ exposed, l))
  }
}

fig7 <- function(d) {
  state <- factor(d[["conversion.event"]], 0:2, c("none", "conversion", "death"))
  try_(summary(survfit(Surv(d[["conversion.time"]], state) ~ 1), times = c(6, 12, 36), extend = TRUE))
}

folds_of <- function(event, who) {
  fold <- integer(max(who)); seen <- which(!duplicated(who))
  for (kind in 1:0) { rows <- seen[event[seen] == kind]; fold[who[sample(rows)]] <- rep_len(seq_len(FOLDS), length(rows)) }
  fold[who]
}
made <- function(x, y, repeats, who = seq_len(nrow(x))) {
  runs <- lapply(seq_len(repeats), function(r) cv.glmnet(x, y, family = "cox", foldid = folds_of(y[, 2], who)))
  shared <- seq_len(min(vapply(runs, function(run) length(run$lambda), 1L)))
  best <- runs[[1]]$lambda[which.min(rowMeans(vapply(runs, function(run) run$cvm[shared], numeric(length(shared)))))]
  list(beta = as.numeric(coef(runs[[1]]$glmnet.fit, s = best)), lambda = best, path = runs[[1]]$lambda)
}
t7 <- function(d, genes) {
  rows <- complete.cases(d[, c("time", T3)])
  g <- genes[rows, , drop = FALSE]; d <- d[rows, ]
  shared <- which(colSums(is.na(g)) == 0 & colMeans(g) >= 0.05)
  x <- cbind(data.matrix(d[, T3]), g[, shared]); y <- Surv(d$time, d$event)
  set.seed(1)
  model <- made(x, y, REPEATS)
  measures <- function(eta, y) c(concordance(y ~ eta, reverse = TRUE)$concordance, if (varies(eta)) coef(coxph(y ~ eta)) else NA)
  measures(as.numeric(x %*% model$beta), y)
  path <- model$path[model$path >= model$lambda]
  for (h in seq_len(HALVES)) { rows <- sample(nrow(x), nrow(x) %/% 2); try_(glmnet(x[rows, ], y[rows], family = "cox", lambda = path)) }
  # as Signet: without it where it would take more than an hour's work of its own measure
  if (nrow(x) * ncol(x) * BOOTSTRAP * FOLDS * 15 <= 2e9) for (b in seq_len(BOOTSTRAP)) {
    rows <- sample(nrow(x), replace = TRUE)
    one <- try_(made(x[rows, ], y[rows], 1, rows))
    if (!is.null(one)) { measures(as.numeric(x[rows, ] %*% one$beta), y[rows]); measures(as.numeric(x %*% one$beta), y) }
  }
  chosen <- data.frame(x[, model$beta != 0, drop = FALSE], check.names = TRUE)
  if (ncol(chosen) > 0) {
    chosen$time <- d$time; chosen$event <- d$event
    described <<- datadist(chosen); options(datadist = "described")
    whole <- try_(cph(reformulate(setdiff(names(chosen), c("time", "event")), "Surv(time, event)"), chosen, x = TRUE, y = TRUE, surv = TRUE, time.inc = 36))
    if (!is.null(whole)) { at36 <- Survival(whole); try_(nomogram(whole, fun = function(lp) at36(36, lp))) }
  }
}

ITEMS <- list(T1 = t1, T3 = t3, "T4-genes" = t4genes, "T4-ras-vegf" = vegf, Fig4 = endpoint("os"), T5 = t5, "T5-genes" = t5genes,
  "T5-pfs" = endpoint("pfs"), "T5-rfs" = endpoint("rfs"), T6 = t6, Fig7 = fig7, T7 = t7)
for (item in unique(plan$item)) {
  run <- ITEMS[[item]]
  if (is.null(run)) next
  spent <- failed <- 0
  for (name in plan$sensitivity[plan$item == item]) {
    d <- eligibleOf(frames[[name]]); genes <- carries[frames[[name]]$eligible, , drop = FALSE]
    before <- proc.time()
    if (length(formals(run)) == 2) run(d, genes) else run(d)
    spent <- spent + sum((proc.time() - before)[c("user.self", "sys.self")])
  }
  cat("seconds", item, spent, failed, "\n")
}

# Rscript kernels.R ID FOLDER: runs R's fastest way to the kernel ID on the data in FOLDER (made by line.ts) and prints its median processor seconds, or
# "missing PACKAGE". Where many fits are asked for, as many are run as `most` says and the time is scaled to all; the line says of how many.
arguments <- commandArgs(TRUE)
id <- arguments[1]
doubles <- function(name) readBin(file.path(arguments[2], name), "double", 1e9, size = 8, endian = "little")
whole <- function(name) readBin(file.path(arguments[2], name), "integer", 1e9, size = 4, endian = "little")
need <- function(package) {
  if (suppressWarnings(suppressMessages(require(package, character.only = TRUE, quietly = TRUE)))) return(invisible())
  cat("missing", package, "\n")
  quit(status = 0)
}
# median processor seconds of some runs; `share` of the work was done
timed <- function(runs, run, share = 1) {
  seconds <- sapply(seq_len(runs), function(i) { gc(FALSE); sum(system.time(suppressWarnings(run()))[1:2]) })
  cat("seconds", format(median(seconds) / share, digits = 6), "runs", runs, "share", share, "\n")
}
followup <- function() Surv(doubles("time"), whole("event"))
covariates <- function() { x <- doubles("x"); time <- doubles("time"); matrix(x, length(time)) }
bare <- function(x, y) coxph.fit(x, y, NULL, NULL, NULL, coxph.control(), NULL, "efron", NULL, resid = FALSE)
# a gene's column of 0 and 1
gene <- function(n) {
  from <- whole("from"); carriers <- whole("carriers") + 1L
  function(g) { x <- numeric(n); if (from[g + 1] > from[g]) x[carriers[(from[g] + 1):from[g + 1]]] <- 1; x }
}
genes <- function() length(whole("from")) - 1

if (id == "curves") {
  need("survival")
  time <- doubles("time"); event <- whole("event"); group <- whole("group")
  timed(3, function() { survfit(Surv(time, event) ~ group); survdiff(Surv(time, event) ~ group) })
} else if (id == "cox") {
  need("survival")
  y <- followup(); x <- covariates()
  timed(5, function() bare(x, y))
} else if (id == "concordance") {
  need("survival")
  y <- followup(); marker <- doubles("marker")
  timed(3, function() concordance(y ~ marker, reverse = TRUE))
} else if (id == "fine-gray") {
  need("cmprsk")
  time <- doubles("time"); cause <- whole("cause"); x <- covariates()
  timed(5, function() crr(time, cause, x))
} else if (id == "gene-log-rank") {
  need("survival")
  y <- followup(); column <- gene(nrow(y)); most <- 500
  timed(3, function() for (g in seq_len(most)) { x <- column(g); if (any(x == 1)) survdiff(y ~ x) }, most / genes())
} else if (id == "gene-cox") {
  need("survival")
  y <- followup(); column <- gene(nrow(y)); most <- 5000
  x <- lapply(seq_len(most), function(g) matrix(column(g)))
  timed(3, function() for (g in seq_len(most)) bare(x[[g]], y), most / genes())
} else if (id == "gene-cox-adjusted") {
  need("survival")
  y <- followup(); column <- gene(nrow(y)); most <- 1000; z <- covariates()
  x <- lapply(seq_len(most), function(g) cbind(z, column(g)))
  timed(3, function() for (g in seq_len(most)) bare(x[[g]], y), most / genes())
} else if (id == "gene-logistic-adjusted") {
  outcome <- whole("outcome"); column <- gene(length(outcome)); most <- 1000; z <- covariates()
  x <- lapply(seq_len(most), function(g) cbind(1, z, column(g)))
  # as glm.fit leaves it: the standard errors would come on top
  timed(3, function() for (g in seq_len(most)) glm.fit(x[[g]], outcome, family = binomial()), most / genes())
} else if (id == "fisher") {
  tables <- matrix(whole("tables"), 4); most <- 2000
  one <- function(cells) if (cells[1] + cells[2] > 0 && cells[3] + cells[4] > 0) fisher.test(matrix(cells, 2))
  timed(3, function() for (g in seq_len(most)) one(tables[, g]), most / ncol(tables))
} else if (id == "optimism") {
  need("survival")
  y <- followup(); x <- covariates(); samples <- matrix(whole("resamples") + 1L, nrow(x))
  timed(5, function() for (b in seq_len(ncol(samples))) {
    rows <- samples[, b]
    marker <- drop(x %*% bare(x[rows, ], y[rows])$coefficients)
    concordancefit(y[rows], marker[rows], reverse = TRUE, std.err = FALSE)
    concordancefit(y, marker, reverse = TRUE, std.err = FALSE)
    bare(matrix(marker), y)
  })
} else if (id == "lasso") {
  need("survival"); need("glmnet")
  y <- followup(); x <- covariates()
  timed(3, function() glmnet(x, y, family = "cox"))
} else if (id == "lasso-validation") {
  need("survival"); need("glmnet")
  y <- followup(); x <- covariates(); folds <- whole("folds") + 1L
  timed(3, function() cv.glmnet(x, y, family = "cox", foldid = folds))
} else if (id == "fisher-rxc") {
  table <- matrix(whole("table"), 3, byrow = TRUE)
  # the default workspace does for this table; to set up more of it, as larger tables need, would take longer than the test
  timed(25, function() fisher.test(table))
} else stop("there is no kernel ", id)

# Rscript left-truncation.R [seed] [outfile] [datadir]: cases of methods under left truncation (delayed entry), in the form of oracle.json, and their data.
# Needs survival, glmnet, maxstat, jsonlite. What no package has is computed here from its parts and says so in `call`.
suppressMessages({library(survival); library(glmnet); library(maxstat); library(jsonlite)})
a <- commandArgs(TRUE)
seed <- if (length(a) > 0) as.integer(a[1]) else 20261129L
out <- if (length(a) > 1) a[2] else "left-truncation.json"
dir <- if (length(a) > 2) a[3] else "datasets"
set.seed(seed)

# Two causes, three groups, twelve genes; nearly half come late, times in whole units tie.
n0 <- 420
group <- sample(1:3, n0, TRUE); x <- round(rnorm(n0), 3); z <- rbinom(n0, 1, .4)
genes <- sapply(1:12, function(k) rbinom(n0, 1, .05 + .03 * k))
t1 <- rexp(n0, .012 * exp(.5 * x - .4 * z + .2 * (group == 2) + .5 * genes[, 6])); t2 <- rexp(n0, .006 * exp(.3 * z))
entry <- pmax(0, floor(runif(n0, -40, 50))); last <- entry + runif(n0, 20, 160)
status <- ifelse(last < pmin(t1, t2), 0, ifelse(t1 < t2, 1, 2))
# censored half a unit later than events: finegray takes who has an event for gone when others are censored, crr (and the library) for there
time <- ceiling(pmin(t1, t2, last)) + .5 * (status == 0)
kept <- time > entry & pmin(t1, t2) > entry
d <- data.frame(entry, time, status, event = as.integer(status == 1), group, x, z)[kept, ]
d <- cbind(id = seq_len(nrow(d)), d, setNames(as.data.frame(genes[kept, ]), sprintf("g%02d", 1:12)))
d$pid <- d$id
write.csv(subset(d, select = -pid), file.path(dir, "sim_truncated.csv"), row.names = FALSE, quote = FALSE)

cases <- list()
add <- function(id, family, spec, call, result, tol, source = "survival")
  cases[[length(cases) + 1]] <<- list(id = id, family = family, data = "sim_truncated", spec = spec, call = call,
    source = paste(source, packageVersion(source)), tol = tol, result = result)
S <- function(f) Surv(f$entry, f$time, f$event)
causes <- Surv(d$entry, d$time, factor(d$status, 0:2, c("censored", "one", "two")))

for (strata in c(FALSE, TRUE)) for (cause in 1:2) {
  wanted <- c("one", "two")[cause]
  w <- if (strata) finegray(causes ~ x + z + pid + strata(group), data = d, id = id, etype = wanted) else finegray(causes ~ x + z + pid, data = d, id = id, etype = wanted)
  f <- if (strata) Surv(fgstart, fgstop, fgstatus) ~ x + z + strata(group) else Surv(fgstart, fgstop, fgstatus) ~ x + z
  if (strata) w$group <- d$group[w$pid]
  m <- coxph(f, w, weights = fgwt, cluster = pid, ties = "breslow", control = coxph.control(eps = 1e-13, iter.max = 50, toler.chol = 1e-14))
  add(sprintf("fine_gray_lt%s_%d", if (strata) "_strata" else "", cause), "fine_gray_left_truncated",
    list(start = "entry", time = "time", status = "status", cause = cause, covariates = c("x", "z"), strata = if (strata) "group" else NULL),
    "coxph of survival::finegray(Surv(entry, time, status)), weights, cluster(id), Breslow",
    list(coef = unname(coef(m)), se = unname(sqrt(diag(m$var)))), 1e-7)
}

# Gray's score by its definition: events less their share of the risk sets Y (1 - F) / S, F and S each group's own (cmprsk takes no entry)
gray <- function(cause) {
  score <- numeric(3)
  for (t in sort(unique(d$time[d$status == cause]))) {
    risk <- events <- numeric(3)
    for (g in 1:3) {
      own <- d[d$group == g, ]; s <- 1; f <- 0
      for (u in sort(unique(own$time[own$status > 0 & own$time < t]))) {
        y <- sum(own$entry < u & own$time >= u); f <- f + s * sum(own$time == u & own$status == cause) / y
        s <- s * (1 - sum(own$time == u & own$status > 0) / y)
      }
      risk[g] <- sum(own$entry < t & own$time >= t) * (1 - f) / s; events[g] <- sum(own$time == t & own$status == cause)
    }
    score <- score + events - sum(events) * risk / sum(risk)
  }
  score
}
for (cause in 1:2) add(sprintf("gray_lt_%d", cause), "gray_left_truncated", list(start = "entry", time = "time", status = "status", cause = cause, group = "group"),
  "Gray's score by its definition", list(score = gray(cause)), 1e-9)

for (cause in 1:2) {
  m <- survfit(causes ~ 1, id = id, data = d); at <- which(m$n.event[, cause + 1] > 0)
  at <- at[round(seq(1, length(at), length.out = 15))]
  add(sprintf("aalen_johansen_lt_%d", cause), "aalen_johansen_left_truncated", list(start = "entry", time = "time", status = "status", cause = cause),
    "survfit(Surv(entry, time, status) ~ 1)", list(time = m$time[at], incidence = m$pstate[at, cause + 1], se = m$std.err[at, cause + 1]), 1e-9)
}

# log-rank scores with entry: event less hazard since entry, each time's hazard being its events by those at risk beyond it and one
hazard <- function(t) { e <- sort(unique(d$time[d$event == 1])); e <- e[e <= t]; sum(vapply(e, function(s) sum(d$event[d$time == s]) / (sum(d$entry < s & d$time > s) + 1), 0)) }
scores <- d$event - vapply(d$time, hazard, 0) + vapply(d$entry, hazard, 0)
for (method in c("Lau92", "Lau94")) assign(method, maxstat.test(scores ~ x, data.frame(scores, x = d$x), smethod = "Data", pmethod = method, minprop = .1, maxprop = .9))
add("maxstat_lt", "maxstat_left_truncated", list(start = "entry", time = "time", event = "event", marker = "x", minprop = .1, maxprop = .9),
  "maxstat::maxstat.test(smethod = 'Data') of log-rank scores that begin at entry",
  list(statistic = unname(Lau92$statistic), cutpoint = unname(Lau92$estimate), p = list(Lau92 = Lau92$p.value, Lau94 = Lau94$p.value)), 1e-9, "maxstat")

glmnet.control(epsnr = 1e-12, mxitnr = 200)
covs <- c("x", "z", sprintf("g%02d", 1:12)); X <- as.matrix(d[, covs])
for (alpha in c(1, .5)) {
  path <- glmnet(X, S(d), family = "cox", alpha = alpha, nlambda = 5)
  lambda <- path$lambda[1] * c(.8, .5, .3, .15)
  m <- glmnet(X, S(d), family = "cox", alpha = alpha, lambda = c(path$lambda[1], lambda), thresh = 1e-22, maxit = 1e7)
  add(sprintf("glmnet_cox_lt_%s", alpha), "glmnet_cox_left_truncated", list(start = "entry", time = "time", event = "event", covariates = covs, alpha = alpha, lambda = lambda),
    "glmnet(x, Surv(entry, time, event), family = 'cox')", list(largest = path$lambda[1], beta = lapply(2:5, function(k) unname(as.matrix(m$beta)[, k]))), 1e-6, "glmnet")
}

for (h in c(30, 60)) {
  k <- survfit(Surv(d$entry, d$time, d$status > 0) ~ 1)
  before <- function(t) { i <- sum(k$time < t - 1e-9); if (i == 0) 1 else k$surv[i] }
  y <- function(t) sum(d$entry < t & d$time >= t)
  past <- d$time > h & d$entry <= h
  w <- ifelse(past, before(h + .5) / sum(past), ifelse(d$time <= h & d$status > 0, vapply(d$time, before, 0) / vapply(d$time, y, 0), 0))
  case <- d$time <= h & d$status == 1; r <- plogis(d$x)
  pairs <- outer(r[case], r[!case], function(a, b) (a > b) + (a == b) / 2); ww <- outer(w[case], w[!case])
  add(sprintf("accuracy_lt_%d", h), "accuracy_left_truncated", list(start = "entry", time = "time", status = "status", horizon = h, risk = "plogis of x"),
    "by pairs, weights S(T-)/Y(T) from survfit(Surv(entry, time, status > 0))", list(auc = sum(pairs * ww) / sum(ww), brier = sum(w * (case - r)^2) / sum(w)), 1e-9)
}

# each gene beside covariates, within groups, under delayed entry
genes <- sprintf("g%02d", 1:12)
null <- coxph(Surv(entry, time, event) ~ x + z + strata(group), d, control = coxph.control(eps = 1e-13))
fits <- lapply(genes, function(g) coxph(as.formula(sprintf("Surv(entry, time, event) ~ x + z + %s + strata(group)", g)), d, control = coxph.control(eps = 1e-13, iter.max = 50)))
add("gene_scan_lt", "gene_scan_left_truncated", list(start = "entry", time = "time", event = "event", covariates = c("x", "z"), strata = "group", genes = genes),
  "coxph(Surv(entry, time, event) ~ x + z + gene + strata(group))",
  list(coef = unname(sapply(fits, function(m) coef(m)[3])), se = unname(sapply(fits, function(m) sqrt(m$var[3, 3]))), lr = sapply(fits, function(m) 2 * (m$loglik[2] - null$loglik[2]))), 1e-7)

m <- coxph(Surv(entry, time, event) ~ x + z, d); zph <- cox.zph(m, transform = "identity")
add("zph_lt", "zph_left_truncated", list(start = "entry", time = "time", event = "event", covariates = c("x", "z")), "cox.zph(transform = 'identity')",
  list(chisq = unname(zph$table[, 1]), martingale = unname(residuals(m, "martingale")), dfbeta = unname(as.vector(residuals(m, "dfbeta")))), 1e-7)

writeLines(toJSON(list(meta = list(generated_by = "left-truncation.R", seed = seed, R = paste(R.version$major, R.version$minor, sep = "."),
  packages = setNames(lapply(c("survival", "glmnet", "maxstat"), function(p) as.character(packageVersion(p))), c("survival", "glmnet", "maxstat")), n_cases = length(cases)),
  cases = cases), auto_unbox = TRUE, digits = NA, null = "null"), out)
cat(length(cases), "cases,", nrow(d), "patients,", sum(d$status == 1), sum(d$status == 2), "events\n")

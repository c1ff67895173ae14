// Medusa's compute utilities on the neutral workload, driven as `computeActions` of
// @medusajs/promotion 2.21.2 (dist/services/promotion-module.js) drives them, with the promotions
// already in memory: no database, no prefilter, no budgets.
//
// Usage: node medusa.mjs FOLDER < {"workload", "size", "carts"} > {"version", ...}
// FOLDER holds the installed node_modules. How promotions are mapped: README.md beside this file.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const BATCHES = 5;
const BATCH_MICROSECONDS = 20_000;
const WARM_UP_MICROSECONDS = 1_000_000;
// More units than any cart has: in Medusa, no limit means a limit of one unit.
const UNLIMITED = 1_000_000;

const require = createRequire(join(resolve(process.argv[2]), "package.json"));
const { ComputeActionUtils, areRulesValidForContext } = require("@medusajs/promotion/dist/utils");
const { MathBN, transformPropertiesToBigNumber } = require("@medusajs/utils");
const { version } = require("@medusajs/promotion/package.json");

const rule = (attribute, operator, values) => ({
  attribute,
  operator,
  values: values.map((value) => ({ value: String(value) })),
});

/** One Medusa promotion for each neutral one. */
function promotionOf(neutral) {
  const inCollection = rule("items.sku", "in", neutral.skus);
  const standard = (applicationMethod, rules = []) => ({
    id: neutral.id,
    code: neutral.id,
    type: "standard",
    is_automatic: true,
    is_tax_inclusive: false,
    rules,
    application_method: {
      target_type: "items",
      target_rules: [inCollection],
      buy_rules: [],
      ...applicationMethod,
    },
  });
  switch (neutral.kind) {
    case "percent_off":
      return standard(eachLine(neutral.percent));
    case "bxgy":
      return {
        ...standard({
          ...eachLine(neutral.percent),
          buy_rules: [inCollection],
          buy_rules_min_quantity: neutral.buy,
          apply_to_quantity: neutral.get,
        }),
        type: "buyget",
      };
    case "order_threshold": {
      const reached = [rule("item_total", "gte", [neutral.threshold])];
      return neutral.fixed === null
        ? standard(eachLine(neutral.percent), reached)
        : standard({ type: "fixed", value: neutral.fixed, allocation: "across" }, reached);
    }
    case "qty_tier": {
      const [lowest] = neutral.tiers;
      return standard({
        ...eachLine(lowest.percent),
        target_rules: [inCollection, rule("items.quantity", "gte", [lowest.min_qty])],
      });
    }
    default:
      throw new Error(`no mapping for ${neutral.kind}`);
  }
}

function eachLine(percent) {
  return { type: "percentage", value: percent, allocation: "each", max_quantity: UNLIMITED };
}

/** What Medusa's cart workflow would hand to `computeActions`; amounts are in minor units. */
function contextOf(cart) {
  const items = cart.lines.map((line, place) => ({
    id: `${cart.id}-${place}`,
    sku: line.sku,
    quantity: line.qty,
    subtotal: line.qty * line.price,
    original_total: line.qty * line.price,
    is_discountable: true,
  }));
  const total = items.reduce((sum, item) => sum + item.subtotal, 0);
  return { currency_code: "usd", item_total: total, items };
}

/** The part of `computeActions` that comes after the promotions are read. */
function computeActions(promotions, context) {
  const computedActions = [];
  const promotionOfCode = new Map(promotions.map((promotion) => [promotion.code, promotion]));
  const sorted = promotions
    .filter((promotion) => promotion.is_automatic)
    .sort(ComputeActionUtils.sortByBuyGetType);
  const appliedValues = new Map();
  const eligibleBuyItems = new Map();
  const eligibleTargetItems = new Map();
  for (const { code } of sorted) {
    const promotion = promotionOfCode.get(code);
    if (!areRulesValidForContext(promotion.rules, context, "order")) {
      continue;
    }
    const actions =
      promotion.type === "buyget"
        ? ComputeActionUtils.getComputedActionsForBuyGet(
            promotion, context.items, appliedValues, eligibleBuyItems, eligibleTargetItems,
          )
        : ComputeActionUtils.getComputedActionsForItems(promotion, context.items, appliedValues);
    computedActions.push(...actions);
  }
  transformPropertiesToBigNumber(computedActions, { include: ["amount"] });
  return computedActions;
}

function savingOf(actions) {
  const total = actions.reduce((sum, { amount }) => MathBN.add(sum, amount), MathBN.convert(0));
  return Math.round(total.toNumber());
}

function cpuMicroseconds(call, repeats) {
  const started = process.cpuUsage();
  for (let i = 0; i < repeats; i += 1) {
    call();
  }
  const { user, system } = process.cpuUsage(started);
  return user + system;
}

/** The fastest batch's mean, as `bench/clock.py` takes it. */
function timed(call) {
  const repeats = Math.ceil(BATCH_MICROSECONDS / Math.max(1, cpuMicroseconds(call, 1)));
  const spans = Array.from({ length: BATCHES }, () => cpuMicroseconds(call, repeats));
  return Math.min(...spans) / repeats;
}

function warmUp(call) {
  for (let spent = 0; spent < WARM_UP_MICROSECONDS; ) {
    spent += Math.max(1, cpuMicroseconds(call, 1));
  }
}

const { workload, size, carts } = JSON.parse(readFileSync(0, "utf8"));
// The order in which `computeActions` asks the database for them.
const promotions = workload.promotions
  .map(promotionOf)
  .sort((a, b) => b.application_method.value - a.application_method.value);
const contexts = workload.carts[size].slice(0, carts).map(contextOf);
warmUp(() => contexts.forEach((context) => computeActions(promotions, context)));
const result = {
  version,
  microseconds: contexts.map((context) => timed(() => computeActions(promotions, context))),
  savings: contexts.map((context) => savingOf(computeActions(promotions, context))),
};
process.stdout.write(JSON.stringify(result));

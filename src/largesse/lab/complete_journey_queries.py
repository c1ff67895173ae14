"""The queries that read The Complete Journey; amounts become whole cents at the first one."""

from __future__ import annotations

from typing import Final

LINE_TABLE: Final = """
create temp table line as
select
    cast(basket_id as varchar) as "order",
    transaction_timestamp as "at",
    cast(household_id as varchar) as customer,
    cast(store_id as varchar) as location,
    cast(row_number() over (partition by basket_id order by file_row_number) as integer) as line,
    cast(product_id as varchar) as sku,
    cast(quantity as bigint) as recorded,
    cast(round(retail_disc * 100) as bigint) as retail_discount,
    cast(round(coupon_disc * 100) as bigint) as coupon_discount,
    cast(round(coupon_match_disc * 100) as bigint) as coupon_match,
    cast(round(sales_value * 100) as bigint) as sales,
    sales + retail_discount + coupon_match as gross,
from transactions
"""

WEIGHED_TABLE: Final = """
create temp table weighed as
select sku from line where gross > 0 group by sku having sum(gross) < sum(recorded)
"""

PRICED_VIEW: Final = """
create temp view priced as
select *, recorded * if(sku in (from weighed), 1, 1000) as quantity from line where recorded > 0
"""

PRODUCTS: Final = """
with prices as (
    select sku, cast(round(median(gross * 1000 / quantity)) as bigint) as price
    from priced group by sku
)
select
    sku,
    department, product_category as category, product_type as type, brand,
    cast(manufacturer_id as varchar) as manufacturer, package_size,
    coalesce(price, 0) as price,
    cast(if(sku in (from weighed), 3, 0) as integer) as quantity_decimals,
from (select distinct sku from line)
left join prices using (sku)
left join products on sku = cast(product_id as varchar)
order by sku
"""

ODDITIES: Final = """
select
    kind, "order", "at", customer, location, line, sku, recorded as quantity,
    gross, retail_discount, coupon_discount, coupon_match, sales, sentence,
from (
    select 'quantity_zero' as kind, *,
        format('Quantity 0 can''t be priced; sales {:.2f} and coupon {:.2f} are kept here alone.',
            sales / 100, coupon_discount / 100) as sentence
    from line where recorded = 0
    union all
    select 'no_sale', *, format('Sold for 0.00; the shelf price was {:.2f}.', gross / 100)
    from line where recorded > 0 and sales = 0
    union all
    select 'coupon_above_sale', *, format('The coupon, {:.2f}, is more than the sale, {:.2f}.',
        coupon_discount / 100, sales / 100)
    from line where recorded > 0 and coupon_discount > sales
    union all
    select 'unknown_product', *, format('The table of products lacks {}.', sku)
    from line where sku not in (select cast(product_id as varchar) from products)
    union all
    select 'in_thousandths', *, format('{} units of under a cent each are taken as {:.3f} units.',
        recorded, recorded / 1000)
    from line where recorded > 0 and sku in (from weighed)
)
order by kind, "at", "order", line
"""

SOURCE_FIGURES: Final = """
select
    count(distinct basket_id), count(*), count(distinct household_id), count(distinct product_id),
    sum(sales + retail + coupon_match), sum(retail), sum(coupon), sum(coupon_match), sum(sales)
from (
    select
        basket_id, household_id, product_id,
        cast(round(retail_disc * 100) as bigint) as retail,
        cast(round(coupon_disc * 100) as bigint) as coupon,
        cast(round(coupon_match_disc * 100) as bigint) as coupon_match,
        cast(round(sales_value * 100) as bigint) as sales,
    from read_parquet({})
)
"""

WRITTEN_FIGURES: Final = """
select
    count(distinct "order"), count(*), count(distinct customer), count(distinct sku),
    sum(gross), sum(retail_discount), sum(coupon_discount), sum(coupon_match), sum(sales)
from ({})
"""

COUNTED_COLUMNS: Final = """
select
    "order", customer, sku,
    gross, retail_discount, coupon_discount, coupon_match, sales,
from read_parquet({})
"""

CAMPAIGNS: Final = """
select
    cast(campaign_id as varchar) as campaign, campaign_type as type,
    cast(start_date as date) as starts, cast(end_date as date) as ends,
from campaign_descriptions
order by campaign_id
"""

COUPONS: Final = """
select
    cast(campaign_id as varchar) as campaign, cast(coupon_upc as varchar) as coupon,
    cast(product_id as varchar) as sku,
from coupons
order by campaign_id, coupon_upc, product_id
"""

FAULTS: Final = {
    "lacks a value": "household_id is null or store_id is null or basket_id is null "
    "or product_id is null or quantity is null or sales_value is null or retail_disc is null "
    "or coupon_disc is null or coupon_match_disc is null or transaction_timestamp is null",
    "has a negative quantity or amount": "least(quantity, sales_value, retail_disc, coupon_disc, "
    "coupon_match_disc) < 0",
    "has an amount that is no whole number of cents": " or ".join(
        f"not abs({column} * 100 - round({column} * 100)) < 1e-6"
        for column in ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc")
    ),
}
"""What no line may have, as conditions on transactions."""

TORN_BASKET: Final = """
select basket_id from transactions group by basket_id
having count(distinct household_id) > 1 or count(distinct store_id) > 1
    or count(distinct transaction_timestamp) > 1
order by basket_id limit 1
"""

using System.Collections.Immutable;
using EdgeDePin.Balance;

namespace EdgeDePin.Tests.Balance;

/// <summary>Plans whose optimum one can work out by hand.</summary>
public sealed class SitePlannerTests
{
    private static readonly Battery Ideal = new(4, 2, 1, 0);

    [Fact]
    public void A_battery_buys_in_the_cheap_hours_what_the_dear_ones_need()
    {
        // 1 kW for four hours; two at 0.10, two at 0.50. 2 kWh are moved: 4 * 0.10 instead of 2 * 0.10 + 2 * 0.50.
        BalancePlan plan = Plan(Ideal, [1, 1, 1, 1], [0, 0, 0, 0], [0.1, 0.1, 0.5, 0.5]);
        Assert.Equal(0.4, plan.Cost, 1e-6);
        Assert.Equal(0, plan.NetKilowatts[2], 1e-6);
        Assert.Empty(plan.Unmet);
    }

    [Fact]
    public void A_load_that_cannot_be_met_is_named_and_the_plan_is_still_one()
    {
        var site = new Site("house", null, [new ShiftableLoad("car", 20, 3, 0, 2)], null);
        BalancePlan plan = SitePlanner.Plan(site, Outlook([1, 1, 1], [0, 0, 0], [0.1, 0.2, 0.3]), 0);
        Assert.Equal(6, plan.LoadKilowatts[0].Sum(), 1e-6);
        Assert.Contains(plan.Unmet, unmet => unmet.StartsWith("car lacks 14.00 kWh", StringComparison.Ordinal));
    }

    [Fact]
    public void A_connection_that_is_too_small_is_exceeded_and_said_to_be()
    {
        var site = new Site("house", null, [], null, ImportLimitKilowatts: 2);
        BalancePlan plan = SitePlanner.Plan(site, Outlook([5, 1], [0, 0], [0.1, 0.1]), 0);
        Assert.Contains(plan.Unmet, unmet => unmet.Contains("exceeded by 3.00 kWh", StringComparison.Ordinal));
    }

    [Fact]
    public void A_car_charges_in_the_cheapest_hours_before_it_leaves()
    {
        var site = new Site("house", null, [new ShiftableLoad("car", 6, 3, 0, 4)], null);
        BalancePlan plan = SitePlanner.Plan(site, Outlook([0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0.3, 0.1, 0.3, 0.1, 0.01]), 0);
        Assert.Equal([0, 3, 0, 3, 0], plan.LoadKilowatts[0].Select(power => Math.Round(power, 6)));
    }

    [Fact]
    public void A_heat_pump_warms_its_store_before_the_dear_hour()
    {
        var pump = new HeatPump(2, 3, 6, 0, 0, [0, 3, 3]);
        BalancePlan plan = SitePlanner.Plan(new Site("house", null, [], pump), Outlook([0, 0, 0], [0, 0, 0], [0.1, 0.5, 0.5]), 0);
        Assert.Equal(2, plan.HeatPumpKilowatts[0], 1e-6);
        Assert.Equal(0.2, plan.Cost, 1e-3);
        Assert.Empty(plan.Unmet);
    }

    [Fact]
    public void What_shaped_the_plan_is_named_with_what_more_of_it_would_be_worth()
    {
        BalancePlan plan = Plan(Ideal with { PowerKilowatts = 1 }, [0, 5, 5], [0, 0, 0], [0.1, 0.5, 0.5]);
        BindingLimit limit = plan.Binding.Single(one => one.Name == "battery charging power");
        Assert.Equal(1, limit.Steps);
        Assert.Equal(0.4, limit.Worth, 0.01);
    }

    [Fact]
    public void No_plan_costs_more_than_doing_nothing_whatever_the_day_is_like()
    {
        var random = new Random(42);
        for (int day = 0; day < 50; day++)
        {
            double[] load = [.. Enumerable.Range(0, 24).Select(_ => random.NextDouble() * 4)];
            double[] solar = [.. Enumerable.Range(0, 24).Select(_ => random.NextDouble() * 5)];
            double[] buy = [.. Enumerable.Range(0, 24).Select(_ => 0.1 + random.NextDouble())];
            BalancePlan plan = Plan(new Battery(5, 3, 0.9, 0.02), load, solar, buy);
            double nothing = load.Zip(solar, (used, given) => used - given).Zip(buy, (net, price) => (Math.Max(0, net) * price) - (Math.Max(0, -net) * 0.05)).Sum();
            Assert.True(plan.Cost <= nothing + 0.01, $"day {day} of seed 42: {plan.Cost} and {nothing}");
        }
    }

    [Fact]
    public void Neighbours_who_share_pay_less_than_each_for_itself()
    {
        Site sunny = new("sunny", null, [], null), dark = new("dark", Ideal, [], null);
        Outlook first = Outlook([0, 0, 0], [3, 3, 0], [0.3, 0.3, 0.3]), second = Outlook([1, 1, 2], [0, 0, 0], [0.3, 0.3, 0.3]);
        ImmutableArray<BalancePlan> plans = NeighbourhoodPlanner.Plan([sunny, dark], [first, second], [0, 0]);
        double together = Enumerable.Range(0, 3).Sum(step => Math.Max(0, plans.Sum(plan => plan.NetKilowatts[step])) * 0.3);
        double apart = SitePlanner.Plan(dark, second, 0).Cost;
        Assert.True(together < 0.01 && apart > 1, $"together {together}, apart {apart}");
    }

    [Theory]
    [InlineData("00-24:0.3", true)]
    [InlineData("00-12:0.3", false)]
    [InlineData("00-13:0.3,12-24:0.2", false)]
    [InlineData("night:0.1", false)]
    public void A_tariff_prices_each_hour_once(string text, bool valid) =>
        Assert.Equal(valid, Record.Exception(() => Tariff.Parse(text, 0.05)) is null);

    private static BalancePlan Plan(Battery battery, double[] load, double[] solar, double[] buy) =>
        SitePlanner.Plan(new Site("house", battery, [], null), Outlook(load, solar, buy), 0);

    private static Outlook Outlook(double[] load, double[] solar, double[] buy) =>
        new(1, [.. load], [.. solar], [.. buy], [.. buy.Select(_ => 0.05)]);
}

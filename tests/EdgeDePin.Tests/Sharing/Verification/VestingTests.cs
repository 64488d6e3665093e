using EdgeDePin.Sharing;
using EdgeDePin.Sharing.Verification;

namespace EdgeDePin.Tests.Sharing.Verification;

public sealed class VestingTests
{
    // V ≥ f / (e·ε); figures computed by hand.
    [Theory]
    [InlineData(1e-3, 0.05, 19)]
    [InlineData(1e-3, 0.2, 74)]
    [InlineData(1e-2, 0.05, 2)]
    [InlineData(1, 0.05, 1)]
    public void So_many_checks_must_pass_for_a_bound(double epsilon, double share, int checks) =>
        Assert.Equal(checks, Vesting.ChecksFor(epsilon, share));

    // The chance that a worker lies once and then passes V checks, at the rate that is best for it, stays below the bound.
    [Fact]
    public void No_rate_of_lying_gets_more_through_than_the_bound()
    {
        for (int checks = 1; checks < 200; checks++)
        {
            double worst = Enumerable.Range(1, 999).Select(rate => rate / 1000.0).Max(rate => 0.05 * rate * Math.Pow(1 - rate, checks));
            Assert.True(worst <= Vesting.Bound(0.05, checks), $"{checks} checks: {worst}");
        }
    }

    [Fact]
    public void Newcomers_are_always_checked_and_others_less_with_the_root_of_what_passed()
    {
        var options = new SharingOptions { ChecksOfNewcomer = 10, CheckFactor = 0.5, LeastCheckShare = 0.05 };
        Assert.Equal(1, Vesting.CheckShare(options, 9));
        Assert.Equal(0.125, Vesting.CheckShare(options, 16));
        Assert.Equal(0.05, Vesting.CheckShare(options, 1_000));
    }

    // Beta(1, b): 1 - 0.05^(1/b); Beta(2, b) from tables of the F distribution.
    [Theory]
    [InlineData(0, 0, 0.05, 0.0005)]
    [InlineData(0, 100, 0.0187, 0.0005)]
    [InlineData(1, 0, 0.0775, 0.002)]
    public void The_share_of_bad_workers_follows_from_what_was_seen(int bad, int good, double share, double tolerance) =>
        Assert.Equal(share, BadShare.Upper(bad, good), tolerance);

    [Theory]
    [InlineData(1_000_000, 10, 10)]
    [InlineData(1_000_001, 10, 11)]
    [InlineData(0, 10, 0)]
    public void A_started_unit_of_fuel_is_a_unit(long fuel, long price, long bill) => Assert.Equal(bill, Vesting.Bill(fuel, price));
}

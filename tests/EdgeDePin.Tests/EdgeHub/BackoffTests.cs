using CsCheck;
using EdgeDePin.EdgeHub;

namespace EdgeDePin.Tests.EdgeHub;

public sealed class BackoffTests
{
    [Fact]
    public void A_wait_is_between_half_and_the_whole_of_a_ceiling_that_doubles_up_to_the_longest() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int).Sample((failures, seed) =>
        {
            var backoff = new Backoff(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30), new Random(seed));
            double ceiling = Math.Min(30, 0.5 * Math.Pow(2, failures));
            Assert.InRange(backoff.After(failures).TotalSeconds, ceiling / 2, ceiling);
        });
}

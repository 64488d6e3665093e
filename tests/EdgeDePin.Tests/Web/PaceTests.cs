using CsCheck;
using EdgeDePin.Web.Live;

namespace EdgeDePin.Tests.Web;

public sealed class PaceTests
{
    [Fact]
    public void One_slow_answer_does_not_put_the_page_to_sleep()
    {
        Pace pace = new();
        pace.Record(TimeSpan.FromSeconds(2)); // code is compiled in the first
        pace.Record(TimeSpan.FromMilliseconds(5));
        pace.Record(TimeSpan.FromMilliseconds(5));

        Assert.Equal(Pace.Shortest, pace.Next);
    }

    [Fact]
    public void A_page_never_costs_more_than_its_share() => Gen.Double[0, 5000].Sample(milliseconds =>
    {
        Pace pace = new();
        for (int i = 0; i < 3; i++)
        {
            pace.Record(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.InRange(pace.Next, Pace.Shortest, Pace.Longest);
        Assert.True(
            milliseconds / pace.Next.TotalMilliseconds <= Pace.Share + 1e-6 || pace.Next == Pace.Longest,
            $"{milliseconds} ms every {pace.Next}");
    });
}

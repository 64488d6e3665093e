using CsCheck;
using EdgeDePin.Sharing.Identity;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Tests.Sharing;

public sealed class ReplayWindowTests
{
    [Fact]
    public void The_largest_number_of_all_is_admitted_in_no_time()
    {
        var window = new ReplayWindow();
        Assert.True(window.TryAdmit(ulong.MaxValue - 3));
        Assert.True(window.TryAdmit(ulong.MaxValue));
        Assert.False(window.TryAdmit(ulong.MaxValue));
        Assert.False(window.TryAdmit(ulong.MaxValue - 3));
        Assert.True(window.TryAdmit(ulong.MaxValue - 1));
    }

    [Theory]
    [InlineData((1UL << 62) - 1, null)]
    [InlineData(1UL << 62, Refusal.Malformed)]
    public void A_sequence_that_no_node_can_reach_is_malformed(ulong sequence, Refusal? refusal)
    {
        using NodeIdentity sender = Some.Identity(1), self = Some.Identity(2);
        byte[] bytes = Envelope.Seal(sender, Some.Site, null, sequence, Some.Instant, [Some.Offer()]);
        Assert.Equal(refusal, Envelope.Open(bytes, Some.Site, self, _ => null, out _));
    }

    [Fact]
    public void A_number_is_admitted_once_and_only_while_it_can_be_told() =>
        Gen.ULong[1, 5_000].Array[0, 400].Sample(numbers =>
        {
            var window = new ReplayWindow();
            var seen = new HashSet<ulong>();
            ulong highest = 0;
            foreach (ulong number in numbers)
            {
                bool tooOld = highest >= ReplayWindow.Size && number <= highest - ReplayWindow.Size;
                bool expected = !tooOld && seen.Add(number);
                Assert.Equal(expected, window.TryAdmit(number));
                highest = Math.Max(highest, number);
            }
        });
}

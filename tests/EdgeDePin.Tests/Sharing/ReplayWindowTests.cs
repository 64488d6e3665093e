using CsCheck;
using EdgeDePin.Sharing.Messages;

namespace EdgeDePin.Tests.Sharing;

public sealed class ReplayWindowTests
{
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

using EdgeDePin.Model;
using EdgeDePin.Simulation.Chips;
using EdgeDePin.Simulation.Serving;

namespace EdgeDePin.EndToEnd;

/// <summary>The simulated serial port, and programs that come, are killed and come again.</summary>
public sealed class PseudoterminalTests
{
    // perl, as it is on any Debian: opens the port for itself alone (TIOCEXCL, as serial libraries do) and is killed with it open.
    private const string TakeAndDie = "open(P, '+<', $ARGV[0]) or die qq($!\n); ioctl(P, 0x540C, 0) or die qq($!\n); kill 9, $$;";
    private const string Take = "open(P, '+<', $ARGV[0]) or die qq($!\n);";

    [Fact]
    public async Task A_port_whose_program_was_killed_is_free_for_the_next_one()
    {
        ToolCall.Require("setpriv", "util-linux");
        ToolCall.Require("perl", "perl-base");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Another user is needed, and only root may become one: the kernel refuses root nothing.");
        var meter = new SimulatedSdm630((quantity, _) => quantity == Quantity.Voltage ? 230.25 : 50, TimeProvider.System);
        await using var terminal = new Pseudoterminal(new SimulatedModbusLine(meter, 5));
        await ToolCall.RunAsync("chmod", "666", terminal.Path);
        string[] user = ["--reuid=65534", "--regid=65534", "--clear-groups", "perl", "-e"];
        (int killed, _, string error) = await ToolCall.TryAsync("setpriv", [.. user, TakeAndDie, terminal.Path]);
        Assert.True(killed == 128 + 9, $"ended with {killed}: {error}");
        await Eventually.HoldsAsync(
            async () => (await ToolCall.TryAsync("setpriv", [.. user, Take, terminal.Path])).Code == 0, TimeSpan.FromSeconds(10));
    }
}

using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Guests;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeDePin.Tests.Sandbox;

/// <summary>Processes for guests, shared by the tests of a class; starting one takes some tenths of a second.</summary>
public sealed class Guests : IDisposable
{
    internal const long Plenty = 10_000_000_000;

    internal GuestProcesses Processes { get; } = new(new SandboxOptions(), TimeProvider.System, NullLogger.Instance);

    public void Dispose() => Processes.Dispose();

    internal GuestOutcome Run(byte[] module, byte[]? input = null, long fuel = Plenty, int pages = GuestCall.DefaultPages) =>
        Processes.Run(new GuestTask(module, new GuestCall(fuel, pages, input ?? [], [])), TestContext.Current.CancellationToken);

    internal double[] Numbers(byte[] module, params IEnumerable<double> input) =>
        Run(module, Examples.Pack(input)) is GuestOutcome.Completed done ? Examples.Unpack(done.Output) : throw new InvalidOperationException($"{Run(module, Examples.Pack(input))}");
}

using EdgeDePin.Execution;

namespace EdgeDePin.Analytics;

/// <summary><c>clean@2</c>: own input a window, output a <see cref="CleanedWindow"/>.</summary>
internal static class CleanTask
{
    public static readonly TaskKind Kind = new("clean", 2);

    public static byte[] Run(TaskInput input, CancellationToken cancellationToken) =>
        CleanedWindow.Of(WindowCodec.Decode(input.Own)).Encode();
}

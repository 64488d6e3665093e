using System.Text;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Analytics;

/// <summary><c>aggregate@3</c>: own input the name of a quantity, dependency a cleaned window, output its aggregates.</summary>
internal static class AggregateTask
{
    public static readonly TaskKind Kind = new("aggregate", 3);

    public static byte[] Own(Quantity quantity) => Encoding.UTF8.GetBytes(quantity.Name);

    public static byte[] Run(TaskInput input, CancellationToken cancellationToken) =>
        Aggregate.Encode(Aggregate.Of(CleanedWindow.Decode(input.Dependencies[0]).Window, Quantity.Parse(Encoding.UTF8.GetString(input.Own))));
}

namespace EdgeDePin.Sharing.Messages;

/// <summary>The protocol's numbers of the message types.</summary>
internal enum MessageType
{
    Offer = 1,
    Request = 2,
    Lease = 3,
    Decline = 4,
    Progress = 5,
    Receipt = 6,
    Judgement = 7,
    Cancel = 8,
    Input = 9,
    Commit = 10,
    Pay = 11,
    Checkpoint = 12,
    Cosignature = 13,
    Booked = 14,
    Latest = 15,
}
